import { isIP } from 'node:net';
import type { Upstream, UpstreamServer } from '../../gateway/common/gateway.ts';
import type { LowerContext } from '../common/context.ts';
import type {
  BalancedServerData,
  BalancerData,
  GatewayData,
  HealthData,
  PlacementData,
} from '../common/gateway-data.ts';
import { headersWithKeys } from '../common/headers-with-keys.ts';

/** What our Lua balances, for `openclaw.upstreams.upstream`, and the DNS servers that it asks. */
export function lowerBalancers(
  upstreams: readonly Upstream[],
  context: LowerContext,
  hashVariables: ReadonlyMap<string, string>,
): Pick<GatewayData, 'resolver' | 'balancers'> {
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
    balancers: Object.fromEntries(
      upstreams.map((upstream) => [upstream.name, lowerBalancer(upstream, hashVariables.get(upstream.name) ?? null)]),
    ),
  };
}

function lowerBalancer(upstream: Upstream, hashVariable: string | null): BalancerData {
  const { balance, healthCheck, tls } = upstream;
  return {
    ...(balance.kind === 'ip_hash' ? { kind: 'hash', key: 'remote_addr' } : { kind: balance.kind, key: hashVariable }),
    ttl: balance.kind === 'conversation' ? balance.ttl / 1000 : null,
    tries: 3,
    host: healthCheck === null ? null : upstream.host,
    tls: healthCheck === null || tls === null ? null : { name: tls.name, verify: tls.verify },
    servers: upstream.servers.map(lowerServer),
    health: healthCheck === null ? null : lowerHealthCheck(healthCheck, upstream),
  };
}

function lowerServer(server: UpstreamServer): BalancedServerData {
  return {
    host: server.host,
    port: server.port,
    unix: server.kind === 'unix' ? true : null,
    service: server.service,
    weight: Math.max(1, server.weight),
    max_fails: server.maxFails,
    fail_timeout: Math.ceil(server.failTimeout / 1000),
    max_conns: server.maxConns,
    slow_start: server.slowStart / 1000,
    backup: server.backup,
    down: server.down,
  };
}

function lowerHealthCheck(check: NonNullable<Upstream['healthCheck']>, upstream: Upstream): HealthData {
  const { probe } = check;
  return {
    path: probe.path,
    method: probe.kind === 'path' ? 'GET' : 'POST',
    body:
      probe.kind === 'path'
        ? null
        : JSON.stringify({ model: probe.model, messages: [{ role: 'user', content: 'ping' }], max_tokens: 1 }),
    interval: check.interval / 1000,
    timeout: check.timeout / 1000,
    rise: check.rise,
    fall: check.fall,
    headers: Object.fromEntries(upstream.requestHeaders.map(({ name, value }) => [name, value])),
    credential: probe.kind === 'path' ? null : lowerPlacement(upstream),
  };
}

/** How a probe that has to be paid for sends the upstream's key. */
function lowerPlacement(upstream: Upstream): PlacementData | null {
  const placement = upstream.credential?.placement;
  if (placement === undefined) return null;
  const headers = headersWithKeys(upstream);
  const sent =
    headers.length === 0 ? null : Object.fromEntries(headers.map(({ name, variable }) => [variable, name] as const));
  if (placement.kind === 'query') return { argument: placement.name, sent };
  return { header: placement.name, prefix: placement.scheme === 'bearer' ? 'Bearer ' : '', sent };
}

/** Whether a server is known by a name that may move. */
export function isNamed(server: UpstreamServer): boolean {
  return server.kind === 'network' && isIP(server.host) === 0;
}
