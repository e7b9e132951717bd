import type { LowerContext } from '../common/context.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import type { Plans } from '../common/plans.ts';
import { lowerAttemptData } from './routing.ts';

/** Routes whose upstream our Lua chooses, and chooses again when an attempt fails. */
export function needsOfAttempts(context: LowerContext, { routes }: LuaUse, plans: Plans): SomeNeeds {
  if (!routes) return {};
  const attempts = ['openclaw.attempts.attempts'];
  return {
    library: attempts,
    capabilities: ['openclaw.attempts.router'],
    variables: ['openclaw_next'],
    phases: { headerFilter: attempts, log: attempts },
    data: lowerAttemptData(context, plans),
  };
}
