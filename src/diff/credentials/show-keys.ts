import type { CredentialKey, Header } from '../../gateway/common/gateway.ts';
import type { CredentialReference } from '../../language/common/scalars.ts';
import { hashText } from '../../output/manifest.ts';
import type { PlainValue } from '../../source/value-node.ts';
import { secretName } from '../common/secret-name.ts';
import { showReference } from '../common/show-reference.ts';

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
  return headers.length === 0
    ? ''
    : ` (${headers.map((header) => `${header.name}: ${shownValue(header)}`).join(', ')})`;
}

/** The keys without the values of headers that may be secrets, by their names. */
export function hideSecretHeaders(keys: readonly CredentialKey[]): PlainValue {
  return keys.map((key) => ({
    from: { ...key.from },
    weight: key.weight,
    headers: headersOf(key).map((header) => ({ name: header.name, value: shownValue(header) })),
  }));
}

function shownValue({ name, value }: Header): string {
  return secretName.test(name) ? `hidden (${hashText(value).slice(0, 'sha256:'.length + 8)})` : value;
}

/** What is sent with a key; a manifest of an earlier version says nothing of it. */
export function headersOf(key: Omit<CredentialKey, 'headers'> & Partial<CredentialKey>): readonly Header[] {
  return key.headers ?? [];
}

export function placesOf(keys: readonly CredentialKey[]): readonly CredentialReference[] {
  return keys.map(({ from }) => from);
}
