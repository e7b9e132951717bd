import type { LowerContext } from '../common/context.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { lowerBalancers } from './balancers.ts';

/** Upstreams whose servers our Lua chooses, follows in DNS and asks for their health. */
export function needsOfBalancers(
  context: LowerContext,
  { balanced }: LuaUse,
  hashVariables: ReadonlyMap<string, string>,
): SomeNeeds {
  if (balanced.length === 0) return {};
  return {
    library: ['openclaw.upstreams.prober'],
    capabilities: ['openclaw.upstreams.upstream'],
    phases: { log: ['openclaw.upstreams.upstream'] },
    data: lowerBalancers(balanced, context, hashVariables),
  };
}
