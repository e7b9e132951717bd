import { memoize } from '../common/memoize.ts';
import type { PublicModel, PublicRoute } from '../common/public-model.ts';

/** Names of routes by what they ask of callers. */
export const routesAsking = memoize((model: PublicModel): ReadonlyMap<string, readonly string[]> => {
  const routes = new Map<string, string[]>();
  for (const { name, auth } of model.routes) {
    for (const method of methodsIn(auth)) {
      const known = routes.get(method);
      if (known === undefined) routes.set(method, [name]);
      else known.push(name);
    }
  }
  return routes;
});

/** What has to be proven; nothing where everyone may call. */
export function methodsIn(auth: PublicRoute['auth']): readonly string[] {
  return auth.kind === 'any' || auth.kind === 'all' ? auth.methods : [];
}
