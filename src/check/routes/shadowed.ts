import { coversCondition } from '../../gateway/common/coverage.ts';
import type { Route } from '../../gateway/common/gateway.ts';
import type { Check } from '../common/rule.ts';

/** OC3003: a route that no request can reach, because an earlier one on its path takes all that it would take. */
export const checkShadowedRoutes: Check = (gateway, sink) => {
  const byPath = new Map<string, Route[]>();
  for (const route of gateway.routes) {
    const key = `${route.path.kind} ${route.path.path}`;
    const earlier = byPath.get(key) ?? [];
    const shadow = earlier.find((candidate) =>
      candidate.conditions.every((general) => route.conditions.some((special) => coversCondition(general, special))),
    );
    if (shadow !== undefined) {
      sink.error('OC3003', [...route.at, 'path'], {
        message: `route \`${route.name}\` can never be reached`,
        help: helpFor(route, shadow),
        related: [{ message: `\`${shadow.name}\` comes first`, path: [...shadow.at, 'path'] }],
      });
    }
    earlier.push(route);
    byPath.set(key, earlier);
  }
};

function helpFor(route: Route, shadow: Route): string {
  if (shadow.conditions.length > 0) return `\`${shadow.name}\` already takes every request that matches`;
  return route.conditions.length > 0
    ? `move it before \`${shadow.name}\`, which answers everything on this path`
    : `\`${shadow.name}\` already answers everything on this path; remove one, or give the first a \`match\``;
}
