import type { YAMLMap, YAMLSeq } from 'yaml';
import { insert, insertLines, lineEnd, lineStart, removeLines, type Splice } from '../splice.ts';
import { itemRange } from './yaml-range.ts';

/** Puts an item or entry behind the last one between brackets: on a line of its own when that one has its own. */
export function appendToFlow(text: string, collection: YAMLMap | YAMLSeq, added: string): readonly Splice[] {
  const { start: open, end: close } = itemRange(text, collection);
  if (collection.items.length === 0) {
    const inner = text.slice(open + 1, close - 1);
    return inner.trim() === '' ? [{ start: open + 1, end: close - 1, text: added }] : [insert(open + 1, added)];
  }
  const last = itemRange(text, collection.items.at(-1));
  const next = skipBlank(text, last.end);
  const comma = text[next] === ',' ? next + 1 : undefined;
  const end = comma ?? last.end;
  const before = text.slice(lineStart(text, last.start), last.start);
  const hasOwnLine = before.trim() === '' && close - 1 > lineEnd(text, end);
  if (!hasOwnLine) return [insert(end, comma === undefined ? `, ${added}` : ` ${added},`)];
  const line = `${before}${added}${comma === undefined ? '' : ','}`;
  return [...(comma === undefined ? [insert(last.end, ',')] : []), insertLines(text, end, [line])];
}

/** Takes an item or entry out from between brackets, with its comma and the rest of its line if that is its own. */
export function removeFromFlow(text: string, collection: YAMLMap | YAMLSeq, index: number): readonly Splice[] {
  const { items } = collection;
  const { start, end } = itemRange(text, items[index]);
  const isFirst = index === 0;
  const isLast = index === items.length - 1;
  const commaBefore = isFirst ? undefined : skipBlank(text, itemRange(text, items[index - 1]).end);
  const behind = skipBlank(text, end);
  const commaBehind = text[behind] === ',' ? behind : undefined;
  const rest = text.slice(end, lineEnd(text, end));
  const ownsLines =
    text.slice(lineStart(text, start), start).trim() === '' &&
    /^[ \t]*,?[ \t]*(?:#.*)?$/.test(rest) &&
    items.length > 1;
  const hasCommaOnLine = commaBehind !== undefined && commaBehind < end + rest.length;
  if (ownsLines && (isLast || hasCommaOnLine)) {
    const lines = removeLines(text, { start, end });
    const needsComma = commaBehind !== undefined || commaBefore === undefined;
    return needsComma ? [lines] : [{ start: commaBefore, end: commaBefore + 1, text: '' }, lines];
  }
  if (commaBefore !== undefined) {
    const isPlain = !text.slice(commaBefore, start).includes('#');
    if (isPlain) return [{ start: commaBefore, end, text: '' }];
    return [
      { start: commaBefore, end: commaBefore + 1, text: '' },
      { start, end, text: '' },
    ];
  }
  if (commaBehind === undefined) return [{ start, end, text: '' }];
  const blanks = /^[ \t]*/.exec(text.slice(commaBehind + 1))?.[0].length ?? 0;
  const isInline = !text.slice(end, commaBehind).includes('#');
  if (isInline) return [{ start, end: commaBehind + 1 + blanks, text: '' }];
  return [
    { start, end, text: '' },
    { start: commaBehind, end: commaBehind + 1, text: '' },
  ];
}

/** Where the next `,` or closing bracket stands, behind blanks, line breaks and comments. */
function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at += 1;
    if (text[at] !== '#') return at;
    at = lineEnd(text, at);
  }
}
