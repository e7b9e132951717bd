import type { LowerContext } from '../common/context.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { answerModule } from './needs-of-answers.ts';
import { lowerStreams } from './routing.ts';

/** Time limits of routes, of which nginx alone holds one, and what a broken stream says. */
export function needsOfTimeLimits(context: LowerContext, use: LuaUse): SomeNeeds {
  const streams = lowerStreams(context);
  return {
    library: use.streams ? ['openclaw.streams.deadlines'] : [],
    ...(streams !== null && { capabilities: [answerModule(use)], data: { streams } }),
  };
}
