import { isUtf8 } from 'node:buffer';
import type { DiagnosticCode } from '../diagnostics/codes.ts';

/** Why a text could not be had; the caller knows the place to blame. */
export interface ReadFailure {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly help?: string;
}

export type ReadResult = { readonly text: string } | { readonly failure: ReadFailure };

const saveAsUtf8 = 'save it as UTF-8 text';

/** Bytes to text without a byte order mark, refusing what is not UTF-8 text. */
export function decodeText(bytes: Uint8Array, name: string): ReadResult {
  const refuse = (message: string, help?: string): ReadResult => ({
    failure: { code: 'OC1002', message, ...(help && { help }) },
  });
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return refuse(`\`${name}\` is UTF-16 text`, saveAsUtf8);
  }
  if (bytes.includes(0)) return refuse(`\`${name}\` is not a text file: it contains NUL bytes`);
  if (!isUtf8(bytes)) {
    return refuse(`\`${name}\` is not UTF-8 text: invalid bytes in line ${firstInvalidLine(bytes)}`, saveAsUtf8);
  }
  return { text: new TextDecoder().decode(bytes) };
}

/** A line feed byte is never part of a longer UTF-8 sequence, so lines can be judged one by one. */
function firstInvalidLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}
