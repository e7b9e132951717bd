import { coversHost } from '../../gateway/common/coverage.ts';
import type { Check } from '../common/rule.ts';

/** OC3011: a route for a host that the server refuses before any route is looked at. */
export const checkRouteHosts: Check = (gateway, sink) => {
  const served = gateway.server.names;
  if (served.length === 0) return;
  for (const route of gateway.routes) {
    for (const condition of route.conditions) {
      if (condition.kind !== 'host') continue;
      const foreign = condition.values.filter(
        (host) => !served.some((pattern) => coversHost(pattern, host) || coversHost(host, pattern)),
      );
      for (const host of foreign) {
        sink.error('OC3011', [...route.at, 'match', 'host'], {
          message: `host \`${host}\` is not served`,
          help: `served: ${served.join(', ')}; add it to \`server.names\``,
        });
      }
    }
  }
};
