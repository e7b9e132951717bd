import type { LowerContext } from '../common/context.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { judgedByName } from './judged-parts.ts';

/** Headers that decide anything must not come twice; without Lua they become one (judged-headers.ts). */
export function needsOfRepeats({ gateway, capabilities }: LowerContext): SomeNeeds {
  const asks = capabilities.lua && [...judgedByName(gateway).values()].some(({ headers }) => headers.length > 0);
  return asks ? { library: ['openclaw.core.request_headers'] } : {};
}
