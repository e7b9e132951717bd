import type { Spec } from '../../language/spec.ts';
import type { DiagnosticSink } from '../common/context.ts';

/** Names of ours start with this; a route may not. */
const reserved = 'openclaw';

/** A name for every route: its own, or one made from its path. Reports names that are taken twice (OC3001). */
export function nameRoutes(routes: Spec['routes'], sink: DiagnosticSink): readonly string[] {
  const taken = new Map<string, number>();
  routes.forEach((route, index) => {
    if (route.name === undefined) return;
    const earlier = taken.get(route.name);
    if (earlier !== undefined) {
      sink.error('OC3001', ['routes', index, 'name'], {
        message: `route name \`${route.name}\` is taken`,
        related: [{ message: 'first used here', path: ['routes', earlier, 'name'] }],
      });
    }
    if (route.name.startsWith(reserved)) {
      sink.error('OC2005', ['routes', index, 'name'], {
        message: `name \`${route.name}\` is reserved`,
        help: `names that start with \`${reserved}\` belong to the gateway itself`,
      });
    }
    taken.set(route.name, index);
  });
  const next = new Map<string, number>();
  return routes.map((route, index) => {
    if (route.name !== undefined) return route.name;
    const base = slug(route.path.path);
    let name = base;
    for (let count = next.get(base) ?? 2; taken.has(name); count++) {
      name = `${base}-${count}`;
      next.set(base, count + 1);
    }
    taken.set(name, index);
    return name;
  });
}

/** `/v1/chat/completions` → `v1-chat-completions`, `/` → `root`. */
function slug(path: string): string {
  const words = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '');
  if (words === '') return 'root';
  return /^[a-z]/.test(words) && !words.startsWith(reserved) ? words : `route-${words}`;
}
