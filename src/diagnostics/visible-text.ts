/**
 * Characters that a terminal obeys instead of showing, or that hide: control and format characters (escape sequences,
 * bidirectional overrides, zero width), odd spaces and line separators, halves of surrogate pairs.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const invisibles = new RegExp(invisible, 'gu');

/** The text with such characters spelled as `\u{…}`, so that it can be printed anywhere and stays on one line. */
export function visibleText(text: string): string {
  return text.replace(invisibles, spell);
}

export function isInvisible(character: string): boolean {
  return invisible.test(character);
}

export function spell(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
