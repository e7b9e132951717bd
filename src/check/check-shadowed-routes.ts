import type { Condition, Route, ValueTest } from '../model/gateway.ts';
import { containsRange } from './address-range.ts';
import type { Check } from './check.ts';

/** OC3003: a route that no request can reach, because an earlier one on its path takes all that it would take. */
export const checkShadowedRoutes: Check = (gateway, sink) => {
  const byPath = new Map<string, Route[]>();
  for (const route of gateway.routes) {
    const key = `${route.path.kind} ${route.path.path}`;
    const earlier = byPath.get(key) ?? [];
    const shadow = earlier.find((candidate) =>
      candidate.conditions.every((general) => route.conditions.some((special) => implies(special, general))),
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

/** Whether everything that meets `special` also meets `general`. */
function implies(special: Condition, general: Condition): boolean {
  if (special.kind === 'method' && general.kind === 'method')
    return special.values.every((value) => general.values.includes(value));
  if (special.kind === 'host' && general.kind === 'host')
    return special.values.every((host) => general.values.some((pattern) => coversHost(pattern, host)));
  if (special.kind === 'client' && general.kind === 'client')
    return special.ranges.every((range) => general.ranges.some((wider) => containsRange(wider, range)));
  if (
    (special.kind === 'header' || special.kind === 'query') &&
    special.kind === general.kind &&
    special.name === general.name
  )
    return impliesTest(special.test, general.test);
  return false;
}

function impliesTest(special: ValueTest, general: ValueTest): boolean {
  if (special.kind === 'absent' || general.kind === 'absent') return special.kind === general.kind;
  if (general.kind === 'present') return special.kind === 'present' || !special.values.includes('');
  return special.kind === 'one_of' && special.values.every((value) => general.values.includes(value));
}

/** Whether `*.example.com` or an exact name covers another name or pattern. */
export function coversHost(pattern: string, host: string): boolean {
  return (
    pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length >= pattern.length)
  );
}
