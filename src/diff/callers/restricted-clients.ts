import { memoize } from '../common/memoize.ts';
import type { PublicModel, PublicRoute } from '../common/public-model.ts';
import { methodsIn } from './routes-asking.ts';

type Right = 'routes' | 'upstreams';

/**
 * Whether a route knows clients that may call or reach the one thing but none of the others, by their rights: when
 * requests move from those to this, they are refused no longer. Clients in key files are not known.
 */
export function hasClientWith(
  right: Right,
  options: {
    readonly route: Pick<PublicRoute, 'auth'>;
    readonly allowed: string;
    readonly refused: readonly string[];
    readonly model: PublicModel;
  },
): boolean {
  const { route, allowed, refused, model } = options;
  return methodsIn(route.auth).some((method) =>
    (restrictions(model).get(keyOf(method, right, allowed)) ?? []).some(
      (names) => !refused.some((name) => names.has(name)),
    ),
  );
}

/** The different lists that clients of a method have for a right, by each name in them. */
const restrictions = memoize((model: PublicModel): ReadonlyMap<string, readonly ReadonlySet<string>[]> => {
  const lists = new Map<string, ReadonlySet<string>[]>();
  for (const { name, clients } of [...model.keyMaps, ...model.clientCertificates]) {
    const known = new Set<string>();
    for (const client of clients) {
      for (const right of ['routes', 'upstreams'] as const) {
        const names = new Set(client[right]);
        const text = keyOf(right, ...names);
        if (names.size === 0 || known.has(text)) continue;
        known.add(text);
        for (const allowed of names) {
          const key = keyOf(name, right, allowed);
          lists.set(key, lists.get(key) ?? []);
          lists.get(key)?.push(names);
        }
      }
    }
  }
  return lists;
});

function keyOf(...words: readonly string[]): string {
  return words.join(' ');
}
