import type { LowerContext } from '../common/context.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { conversations } from '../common/shared-memory.ts';

/** Turns of a conversation that go to one server. */
export function needsOfConversations({ gateway }: LowerContext, { balanced }: LuaUse): SomeNeeds {
  const converses = gateway.upstreams.some(({ balance }) => balance.kind === 'conversation');
  return balanced.length > 0 && converses ? { sharedMemory: [conversations] } : {};
}
