import type { LuaUse } from '../common/lua-use.ts';
import { keepsState } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';

/** Whether an answer came whole, for the log: nginx calls one complete that broke off. */
export function needsOfAnswers(use: LuaUse): SomeNeeds {
  const module = answerModule(use);
  const base = { library: [module], variables: ['openclaw_stream'] };
  if (!followsAnswers(use)) return { ...base, phases: { bodyFilter: [module] } };
  return {
    ...base,
    phases: {
      headerFilter: [module],
      bodyFilter: [module],
      log: [...(use.streams ? ['openclaw.streams.deadlines'] : []), module],
    },
  };
}

/** What finds out how an answer ended; the plain one costs a third of the other. */
export function answerModule(use: LuaUse): string {
  return followsAnswers(use) ? 'openclaw.streams.stream' : 'openclaw.streams.answer_end';
}

/** Whether answers are followed from their header to the log, and not at their end alone. */
function followsAnswers(use: LuaUse): boolean {
  return keepsState(use) || use.streams;
}
