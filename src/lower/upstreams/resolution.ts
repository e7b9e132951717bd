import type { Upstream } from '../../gateway/common/gateway.ts';
import type { LowerContext } from '../common/context.ts';
import type { Resolution } from '../common/plans.ts';
import { reportMissingLua } from '../common/report-missing-lua.ts';
import { isNamed } from './balancers.ts';

/** nginx wherever it can do what is asked (`server … resolve` since 1.27.3), our Lua balancer for the rest. */
export function chooseResolution(context: LowerContext): ReadonlyMap<string, Resolution> {
  return new Map([...context.upstreams].map(([name, upstream]) => [name, resolutionOf(upstream, context)]));
}

function resolutionOf(upstream: Upstream, context: LowerContext): Resolution {
  const { capabilities, gateway, sink, target } = context;
  const need = needForLua(upstream, context);
  if (need !== null) {
    if (capabilities.luaBalancer) return 'lua';
    reportMissingLua(context, { at: [...upstream.at, ...need.path], part: 'key', does: need.does });
    return 'at_start';
  }
  if (!upstream.servers.some(isNamed) || upstream.resolve === 'never' || gateway.resolver === null) return 'at_start';
  if (capabilities.upstreamResolve) return 'native';
  if (capabilities.luaBalancer) return 'lua';
  const text = {
    part: 'key' as const,
    message: `\`${target.name}\` cannot follow the names of \`${upstream.name}\`: nginx does so since 1.27.3, and Lua is not there`,
    help: 'targets that can: nginx-1.30, openresty-1.29; or look the names up once, at start: `resolve: false`',
  };
  if (upstream.resolve === 'required') sink.error('OC4001', [...upstream.at, 'resolve'], text);
  else sink.warning('OC4001', upstream.at, text);
  return 'at_start';
}

/** What no free nginx of this version does. */
function needForLua(
  upstream: Upstream,
  { capabilities }: LowerContext,
): { readonly path: readonly (string | number)[]; readonly does: string } | null {
  if (upstream.balance.kind === 'conversation')
    return { path: ['balance'], does: 'keep a conversation with one server' };
  if (upstream.balance.kind === 'least_time' && !capabilities.leastTime)
    return { path: ['balance'], does: 'compare the times of servers before nginx 1.31' };
  if (upstream.healthCheck !== null) return { path: ['health_check'], does: 'ask servers for their health' };
  if (upstream.servers.some(({ slowStart }) => slowStart > 0))
    return { path: ['servers'], does: 'start servers slowly' };
  if (upstream.servers.some(({ service }) => service !== null) && !capabilities.upstreamResolve)
    return { path: ['servers'], does: 'follow SRV records before nginx 1.27.3' };
  return null;
}
