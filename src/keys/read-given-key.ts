/** Longer keys are refused by the gateway without a look at them. */
const longestKey = 4096;

/** A key that somebody made, read from a stream: one line end is not part of it. Reasons never show it. */
export function readGivenKey(bytes: Uint8Array): { readonly key: string } | { readonly reason: string } {
  const key = Buffer.from(bytes)
    .toString('latin1')
    .replace(/\r?\n$/, '');
  if (key === '') return { reason: 'it is empty' };
  if (key.length > longestKey) return { reason: `it is longer than ${longestKey} bytes` };
  if (/[ \t]/.test(key)) return { reason: 'it has blanks in it' };
  if (/[\x00-\x1f\x7f]/.test(key)) return { reason: 'it has line breaks or other control characters in it' };
  if (/[^\x21-\x7e]/.test(key)) return { reason: 'it has characters that are not ASCII' };
  return { key };
}
