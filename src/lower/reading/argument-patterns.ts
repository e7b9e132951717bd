import { escapeRegex } from '../../nginx/token.ts';
import { percentTolerant } from './percent-tolerant.ts';

/** Before the digits of an escape; some servers decode twice. */
const percent = '%(?:25)*';

/** An argument up to its value, where it is named plainly: `&name`, in any encoding. Nothing is captured. */
export function argumentStart(name: string): string {
  return `(?:\\A|&)${percentTolerant(name)}`;
}

/**
 * Query strings in which all servers find the argument once, with the same value, or not at all. Groups are possessive,
 * so that no request makes PCRE go back; C ends a value at a zero byte. Plain `rivals` are other arguments, whatever they
 * look like.
 */
export function readAlike(name: string, rivals: readonly string[] = []): string {
  const plain = `(?<![^&])(?-i:${percentTolerant(name)})(?=[=&]|\\z)(?:=(?:(?!%00)[^&;])*+)?+`;
  return `${define([name], rivals)}\\A${others}(?:${plain}(?:&${others})?+)?+\\z`;
}

/** Query strings in which no server finds any of the arguments. */
export function readAsAbsent(names: readonly string[]): string {
  return `${define(names, [])}\\A${others}\\z`;
}

/** Arguments of other names; a last empty one ends the loop. */
const others = '(?:(?!(?&openclaw_name))[^&;]*+(?:[&;]|\\z))*+';

/**
 * What some server takes for a name, between `&` or `;`: in another case (ASP.NET), encoded twice, among blanks, up to a
 * zero byte, as an array or an object (PHP, Rack, qs: `name[]`, `[name]`, `name.x`), and with what PHP makes a `_`.
 */
function define(names: readonly string[], rivals: readonly string[]): string {
  const unless = rivals.length === 0 ? '' : `(?!(?-i:${rivals.map(percentTolerant).join('|')})(?:[=&]|\\z))`;
  const alternatives = names.map(looksLike).join('|');
  // ASP.NET reads `%u0061` as a letter too.
  return `(?i)(?(DEFINE)(?<openclaw_name>${unless}(?:[^=&;]*%u|${alternatives})))`;
}

/** Whether a spec speaks of two arguments that some server takes for one: it does not. */
export function areRivals(name: string, other: string): boolean {
  return name !== other && new RegExp(`^(?:${looksLike(name)})`.replaceAll('\\z', '$'), 'i').test(other);
}

function looksLike(name: string): string {
  const opening = `(?:[+\\[\\]]|${percent}(?:20|0[9a-d]|5[bd]))*`;
  const end = `(?:\\+|${percent}(?:20|0[9a-d]))*(?:[=&;\\[\\].]|${percent}(?:00|5[bd]|2e)|\\z)`;
  return `${opening}${[...name].map(alike).join('')}${end}`;
}

function alike(character: string): string {
  const hex = Buffer.from(character).toString('hex');
  if (/[A-Za-z]/.test(character)) return `(?:${character}|${percent}${letterDigits(character)})`;
  if (/[_.]/.test(character)) return `(?:[_.+\\[]|${percent}(?:5f|2e|20|5b))`;
  if (character === '[') return `(?:[\\[.]|${percent}(?:5b|2e))`;
  if (character === ']') return `(?:\\]|${percent}5d)?`;
  return `(?:${escapeRegex(character)}|${percent}${hex})`;
}

/** Of a small and of a capital letter: `a` is 61, `A` is 41. */
function letterDigits(letter: string): string {
  const hex = Buffer.from(letter.toLowerCase()).toString('hex');
  return `${hex.startsWith('6') ? '[46]' : '[57]'}${hex.slice(1)}`;
}
