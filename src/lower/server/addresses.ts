import type { AddressRules } from '../../gateway/common/authentication.ts';
import type { Token } from '../../nginx/token.ts';
import { variable } from '../../nginx/token.ts';
import type { ConditionTable } from '../reading/conditions.ts';

export interface Refusals {
  /** Variables that are `1` for addresses that are refused. */
  readonly denied: readonly { readonly test: Token }[];
  /** Variables that are `0` for addresses that are refused. */
  readonly allowed: readonly { readonly test: Token }[];
}

/**
 * Addresses as `geo` variables and `if … return 403`, not as `allow` and `deny`: those belong to the access phase, which
 * a `return` and an error page never reach, and a location's own would replace the server's instead of adding to them.
 */
export function lowerAddressRules(rules: AddressRules, conditions: ConditionTable): Refusals {
  const testOf = (ranges: readonly string[]): readonly { readonly test: Token }[] =>
    ranges.length === 0 ? [] : [{ test: variable(conditions.variableFor({ kind: 'client', ranges })) }];
  return { denied: testOf(rules.deny), allowed: testOf(rules.allow) };
}
