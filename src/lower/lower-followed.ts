import type { Upstream } from '../model/gateway.ts';
import type { LuaValue } from '../nginx/token.ts';
import type { LowerContext } from './lower-context.ts';

/** The servers whose names `openclaw.upstream` follows, and the DNS servers that it asks. */
export function lowerFollowed(
  upstreams: readonly Upstream[],
  context: LowerContext,
): Readonly<Record<string, LuaValue>> {
  const { resolver } = context.gateway;
  return {
    resolver:
      resolver === null
        ? null
        : {
            addresses: [...resolver.addresses],
            valid: resolver.valid === null ? null : Math.max(1, Math.round(resolver.valid / 1000)),
            ipv6: resolver.ipv6,
            timeout: 2,
          },
    upstreams: Object.fromEntries(upstreams.map((upstream) => [upstream.name, lowerServers(upstream)])),
  };
}

function lowerServers(upstream: Upstream): LuaValue {
  return {
    tries: 3,
    servers: upstream.servers.map((server) => ({
      host: server.host,
      port: server.port,
      weight: Math.max(1, server.weight),
      max_fails: server.maxFails,
      fail_timeout: Math.ceil(server.failTimeout / 1000),
      backup: server.backup,
      down: server.down,
    })),
  };
}
