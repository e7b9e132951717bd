import { escapeRegex } from '../../nginx/token.ts';

/** Writes a text so that PCRE matches it in every spelling in which a server decodes it to the same: `%61` is `a`. */
export function percentTolerant(value: string): string {
  return [...value]
    .map((character) => {
      const encoded = [...Buffer.from(character, 'utf8')].map((byte) => `%${hexDigits(byte)}`).join('');
      // In a form a blank is `+`; these mean something else when they are not encoded.
      if (character === ' ') return `(?:\\+|${encoded})`;
      return /[&;#+%]/.test(character) || character > '\u007e' ? encoded : `(?:${escapeRegex(character)}|${encoded})`;
    })
    .join('');
}

function hexDigits(byte: number): string {
  return [...byte.toString(16).padStart(2, '0')]
    .map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit))
    .join('');
}
