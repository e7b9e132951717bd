import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import { authMethodsOf } from '../../gateway/common/auth-methods.ts';
import type { Route } from '../../gateway/common/gateway.ts';
import type { RateZone } from '../../gateway/common/limits.ts';
import { namedMethods } from '../common/auth-places.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { placeOfLimit } from './places.ts';

/** OC3008 and OC3012: limits that count what a route does not know, and bursts that are slowed in vain. */
export const checkLimitKeys: Check = (gateway, sink) => {
  const kinds = new Map(authMethodsOf(gateway).map(({ name, kind }) => [name, kind]));
  for (const route of gateway.routes) {
    const ways = namedMethods(route).flatMap((name) => kinds.get(name) ?? []);
    for (const name of route.limits) {
      const zone = gateway.rateZones.find((candidate) => candidate.name === name);
      if (zone !== undefined) rejectUnknowable(route, zone, { ways, sink });
    }
  }
  for (const zone of gateway.rateZones) warnDelay(zone, sink);
};

function rejectUnknowable(
  route: Route,
  { name, key }: RateZone,
  { ways, sink }: { ways: readonly AuthMethod['kind'][]; sink: CheckSink },
): void {
  const at = placeOfLimit(route, name, sink);
  const isOpen = !('methods' in route.auth);
  if (key.kind === 'client' && isOpen)
    sink.error('OC3008', at, {
      message: `limit \`${name}\` counts clients, but route \`${route.name}\` lets everyone in`,
      help: 'count addresses with `key: ip`, or give the route an `auth`',
    });
  else if (key.kind === 'client' && ways.length > 0 && ways.every((kind) => kind === 'basic_auth'))
    sink.error('OC3008', at, {
      message: `limit \`${name}\` counts clients, but nginx checks the passwords of route \`${route.name}\` after it has counted`,
      help: 'count addresses with `key: ip`',
    });
  else if (key.kind === 'claim' && !ways.some((kind) => kind === 'jwt' || kind === 'introspection'))
    sink.error('OC3008', at, {
      message: `limit \`${name}\` counts by claim \`${key.name}\`, but route \`${route.name}\` asks for no token`,
      help: 'name one of `jwt` or `introspection` in its `auth`, or count by something else',
    });
}

function warnDelay({ at, burst, delay, tiers }: RateZone, sink: CheckSink): void {
  const bursts = [burst, ...tiers.flatMap((tier) => (tier.kind === 'limited' ? [tier.burst] : []))];
  const most = Math.max(...bursts);
  if (delay === null || delay < most) return;
  sink.warning('OC3012', [...at, 'delay'], {
    message: most === 0 ? 'there is no burst that could be slowed' : `no burst goes beyond ${most}, so none is slowed`,
    help: most === 0 ? 'raise `burst`, or leave `delay` out' : 'raise `burst`, or lower `delay`',
  });
}
