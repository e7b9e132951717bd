import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import type { RateZone } from '../../gateway/common/limits.ts';

/** The limits of a route, in the order of the spec. */
export function zonesOf(route: Pick<Route, 'limits'>, gateway: Pick<Gateway, 'rateZones'>): readonly RateZone[] {
  return route.limits.flatMap((name) => gateway.rateZones.find((zone) => zone.name === name) ?? []);
}

/** Whether a limit has to know who is asking, or at least that they will not be refused. */
export function asksWho({ key, tiers }: RateZone): boolean {
  return tiers.length > 0 || !(key.kind === 'ip' || key.kind === 'route' || key.kind === 'gateway');
}

/** The claims that limits count by, sorted. */
export function claimsOf(zones: readonly RateZone[]): readonly string[] {
  return [...new Set(zones.flatMap(({ key }) => (key.kind === 'claim' ? [key.name] : [])))].sort();
}

/** Whether only our Lua can tell the tier of a caller before nginx counts: it depends on the certificate. */
export function tierNeedsLua(
  zones: readonly RateZone[],
  { methods, all }: { readonly methods: readonly AuthMethod[]; readonly all: boolean },
): boolean {
  if (!zones.some(({ tiers }) => tiers.length > 0)) return false;
  return methods.some(
    ({ kind, value }) =>
      (kind === 'client_certificates' && value.clients.some(({ tier }) => tier !== null)) ||
      (kind === 'basic_auth' && value.tier !== null && !all && methods.length > 1),
  );
}
