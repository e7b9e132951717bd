import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import type { Upstream } from '../../gateway/common/gateway.ts';
import type { AuthPlan } from './auth-plan.ts';

export type LuaPlan = Extract<AuthPlan, { kind: 'lua' }>;

/** What a gateway has for our Lua to do. */
export interface LuaUse {
  /** Upstreams whose requests a script prepares: it adds a key, takes clients' keys out, or chooses a server. */
  readonly scripted: readonly Upstream[];
  /** Those of them whose servers it chooses. */
  readonly balanced: readonly Upstream[];
  /** How it asks who is calling, each way once. */
  readonly policies: readonly LuaPlan[];
  readonly methods: readonly AuthMethod[];
  /** Routes whose upstream it chooses. */
  readonly routes: boolean;
  /** Routes that it answers with a list of models. */
  readonly lists: boolean;
  /** Paths whose routes depend on the model. */
  readonly picks: boolean;
  /** Time limits that nginx has not, and events in broken streams. */
  readonly streams: boolean;
  /** How long bodies may take. */
  readonly bodies: boolean;
}

/** Whether anything is remembered of a request beyond one location. */
export function keepsState({ routes, picks, balanced }: LuaUse): boolean {
  return routes || picks || balanced.length > 0;
}
