import { escapeRegex } from '../nginx/token.ts';
import { percentTolerant } from './percent-tolerant.ts';

/** An escape, also one that only a second decoding finds, and IIS's own `%u0061`. */
const escaped = '%(?:25)*(?:u00)?';

/** Blanks, which some servers cut off from names. */
const blank = `(?:\\+|${escaped}(?:20|09|0[a-d]))`;

/**
 * The argument where it is named plainly, once its value may follow: `&name=value`. Names are told apart by case, and
 * nothing is captured.
 */
export function argumentStart(name: string): string {
  return `(?:\\A|&)${percentTolerant(name)}`;
}

/** Query strings, without regard to case, in which no server finds the argument. */
export function argumentAbsent(name: string): string {
  return `(?i)\\A${othersThan(name)}\\z`;
}

/** Query strings in which every server finds the argument once, with the same value. */
export function argumentPlain(name: string): string {
  const before = `(?:(?!${looksLike(name)})[^&;]*+[&;])*+(?<![^&])`;
  // C ends a value at a zero byte.
  const value = '(?:=(?:(?!%00)[^&;])*+)?+';
  return `(?i)\\A${before}(?-i:${percentTolerant(name)})(?=[=&]|\\z)${value}(?:&${othersThan(name)})?\\z`;
}

/** Possessive throughout, so that no request makes PCRE go back; a last empty argument ends the loop. */
function othersThan(name: string): string {
  return `(?:(?!${looksLike(name)})[^&;]*+(?:[&;]|\\z))*+`;
}

/**
 * What some server takes for the name, between `&` or `;`: in another case (ASP.NET), encoded twice, among blanks, up to
 * a zero byte, as an array or object (PHP, Rack, qs: `name[]`, `[name]`, `name.x`), and with what PHP makes a `_`.
 */
function looksLike(name: string): string {
  const opening = `(?:[+\\[\\]]|${escaped}(?:20|09|0[a-d]|5[bd]))*`;
  const end = `(?:[=&;\\[.]|${escaped}(?:00|5b|2e)|\\z)`;
  return `${opening}${[...name].map(alike).join('')}${blank}*${end}`;
}

function alike(character: string): string {
  const hex = Buffer.from(character).toString('hex');
  if (/[A-Za-z]/.test(character)) return `(?:${character}|${escaped}${letterDigits(character)})`;
  if (/[_.]/.test(character)) return `(?:[_.+\\[]|${escaped}(?:5f|2e|20|5b))`;
  if (character === '[') return `(?:[\\[.]|${escaped}(?:5b|2e))`;
  if (character === ']') return `(?:\\]|${escaped}5d)?`;
  return `(?:${escapeRegex(character)}|${escaped}${hex})`;
}

/** Of a small and of a capital letter: `a` is 61, `A` is 41. */
function letterDigits(letter: string): string {
  const hex = Buffer.from(letter.toLowerCase()).toString('hex');
  return `${hex.startsWith('6') ? '[46]' : '[57]'}${hex.slice(1)}`;
}
