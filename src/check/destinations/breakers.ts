import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import { upstreamsOf } from '../../gateway/common/targets.ts';
import { hasSeveralKeys } from '../../gateway/destinations/several-keys.ts';
import type { Check } from '../common/rule.ts';

/** OC3012: a breaker that nothing looks at, because every route leaves the choice of servers to nginx itself. */
export const checkBreakers: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    const { name, at, breaker } = upstream;
    if (breaker === null || !sink.has([...at, 'breaker'])) continue;
    const routes = gateway.routes.filter((route) => upstreamsOf(route, gateway).includes(name));
    if (routes.length === 0 || routes.some((route) => hasAttempts(route, gateway))) continue;
    sink.warning('OC3012', [...at, 'breaker'], {
      part: 'key',
      message: `\`breaker\` has no effect: no route to \`${name}\` has another attempt to make`,
      help: 'add `fallback` or `retry` to a route; servers alone are taken out by `max_fails`',
    });
  }
};

function hasAttempts(route: Route, { upstreams }: Gateway): boolean {
  const { destination, fallback, retry, timeouts } = route;
  if (destination.kind !== 'upstream' || fallback.length > 0 || (retry.given && retry.tries > 1)) return true;
  if (timeouts.firstByte < timeouts.idle) return true;
  return upstreams.some(({ name, credential }) => name === destination.upstream && hasSeveralKeys(credential));
}
