import type { CredentialKey } from '../model/gateway.ts';
import type { CredentialReference } from '../spec/scalars.ts';
import { showReference } from './show-reference.ts';

/** Keys by their places, with their weights where there are any. */
export function showKeys(keys: readonly CredentialKey[]): string {
  const isWeighed = keys.some(({ weight }) => weight !== 1);
  if (keys.length === 0) return 'none';
  return keys.map(({ from, weight }) => `${showReference(from)}${isWeighed ? ` ×${weight}` : ''}`).join(', ');
}

export function placesOf(keys: readonly CredentialKey[]): readonly CredentialReference[] {
  return keys.map(({ from }) => from);
}
