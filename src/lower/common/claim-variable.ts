import type { Gateway } from '../../gateway/common/gateway.ts';
import { claimsOf } from './limit-needs.ts';

/** Declared by the routes whose limits read it, and set by our Lua. */
export function claimVariable(gateway: Pick<Gateway, 'rateZones'>, claim: string): string {
  return `openclaw_claim_${claimsOf(gateway.rateZones).indexOf(claim) + 1}`;
}
