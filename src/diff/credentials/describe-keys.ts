import type { CredentialReference } from '../../language/common/scalars.ts';
import { showReference } from '../common/show-reference.ts';
import { quote, quoteAll } from '../common/verdicts.ts';

/** Such as ``the key in `env:A` ``, or ``the keys in `env:A`, `env:B` ``. */
export function describeKeys(keys: readonly CredentialReference[]): string {
  const [first, ...others] = keys.map(showReference);
  return others.length === 0 ? `the key in ${quote(first ?? '')}` : `the keys in ${quoteAll([first ?? '', ...others])}`;
}
