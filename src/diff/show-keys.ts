import type { CredentialKey, Header } from '../model/gateway.ts';
import type { CredentialReference } from '../spec/scalars.ts';
import { showReference } from './show-reference.ts';

/** Keys by their places, with their weights where there are any, and what is sent with them. */
export function showKeys(keys: readonly CredentialKey[]): string {
  const isWeighed = keys.some(({ weight }) => weight !== 1);
  if (keys.length === 0) return 'none';
  return keys
    .map((key) => {
      const weight = isWeighed ? ` ×${key.weight}` : '';
      return `${showReference(key.from)}${weight}${showSent(headersOf(key))}`;
    })
    .join(', ');
}

function showSent(headers: readonly Header[]): string {
  return headers.length === 0 ? '' : ` (${headers.map(({ name, value }) => `${name}: ${value}`).join(', ')})`;
}

/** What is sent with a key; a manifest of an earlier version says nothing of it. */
export function headersOf(key: Omit<CredentialKey, 'headers'> & Partial<CredentialKey>): readonly Header[] {
  return key.headers ?? [];
}

export function placesOf(keys: readonly CredentialKey[]): readonly CredentialReference[] {
  return keys.map(({ from }) => from);
}
