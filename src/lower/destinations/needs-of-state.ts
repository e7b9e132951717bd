import type { LuaUse } from '../common/lua-use.ts';
import { keepsState } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { serverState } from '../common/shared-memory.ts';

/** What is remembered of a request from one location to the next, and of servers from one request to the next. */
export function needsOfState(use: LuaUse): SomeNeeds {
  if (!keepsState(use)) return {};
  return {
    variables: ['openclaw_model', 'openclaw_plan'],
    sharedMemory: use.routes || use.balanced.length > 0 ? [serverState] : [],
  };
}
