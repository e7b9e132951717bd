import { isIP } from 'node:net';
import type { Upstream } from '../model/gateway.ts';
import type { LowerContext } from './lower-context.ts';

/** How the names of an upstream's servers become addresses: once at start, by nginx while running, or by our Lua. */
export type Resolution = 'at_start' | 'native' | 'lua';

/**
 * nginx follows names itself since 1.27.3 (`server … resolve`); before that our Lua balancer does, which spreads
 * requests by weight only. A target with neither keeps the addresses of its start.
 */
export function chooseResolution(context: LowerContext): ReadonlyMap<string, Resolution> {
  return new Map([...context.upstreams].map(([name, upstream]) => [name, resolutionOf(upstream, context)]));
}

function resolutionOf(upstream: Upstream, context: LowerContext): Resolution {
  const { capabilities, gateway, sink, target } = context;
  const hasNames = upstream.servers.some((server) => server.kind === 'network' && isIP(server.host) === 0);
  if (!hasNames || upstream.resolve === 'never' || gateway.resolver === null) return 'at_start';
  if (capabilities.upstreamResolve) return 'native';
  const obstacle = luaObstacle(upstream, context);
  if (obstacle === null) return 'lua';
  const asked = upstream.resolve === 'required';
  const text = {
    part: 'key' as const,
    message: `\`${target.name}\` cannot follow the names of \`${upstream.name}\`: ${obstacle}`,
    help: 'targets that can: nginx-1.30, openresty-1.29; or look the names up once, at start: `resolve: false`',
  };
  if (asked) sink.error('OC4001', [...upstream.at, 'resolve'], text);
  else sink.warning('OC4001', upstream.at, text);
  return 'at_start';
}

function luaObstacle(upstream: Upstream, context: LowerContext): string | null {
  if (!context.capabilities.luaBalancer) return 'nginx does so since 1.27.3, and Lua is not there';
  if (upstream.balance.kind !== 'round_robin')
    return `its Lua balancer does not know \`balance: ${upstream.balance.kind}\``;
  if (upstream.servers.some((server) => server.kind === 'unix')) return 'its Lua balancer does not know unix sockets';
  if (upstream.servers.some((server) => server.maxConns > 0)) return 'its Lua balancer does not know `max_conns`';
  return null;
}
