import type { Credential } from '../../gateway/common/gateway.ts';
import type { LowerContext } from '../common/context.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { keyHealth } from '../common/shared-memory.ts';

/** What providers have said about each key: where attempts can fail, another key may do. */
export function needsOfKeyHealth({ gateway }: LowerContext, { routes }: LuaUse): SomeNeeds {
  const keys = gateway.upstreams.reduce((sum, { credential }) => sum + countKeys(credential), 0);
  return routes && keys > 0 ? { sharedMemory: [keyHealth(keys)] } : {};
}

function countKeys(credential: Credential | null): number {
  return (credential?.keys.length ?? 0) + (credential?.rules ?? []).reduce((sum, { keys }) => sum + keys.length, 0);
}
