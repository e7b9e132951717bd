/** A part of a text and what replaces it. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Those at one place are done in the order given; two that remove the same, as one line break, remove it once. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = '';
  let at = 0;
  for (const splice of [...splices].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return result + text.slice(at);
}

export function insert(at: number, text: string): Splice {
  return { start: at, end: at, text };
}

export function lineStart(text: string, at: number): number {
  return at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** Where the line's own text ends, before its line break. */
export function lineEnd(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  if (feed === -1) return text.length;
  return feed > at && text[feed - 1] === '\r' ? feed - 1 : feed;
}

/** Inserts lines behind the line of an offset, with line breaks like the one beside them. */
export function insertLines(text: string, at: number, lines: readonly string[]): Splice {
  const end = lineEnd(text, at);
  const lineBreak = lineBreakNear(text, end);
  return insert(end, lines.map((line) => lineBreak + line).join(''));
}

/** Removes the lines of a range; with a last line that has no line break goes the break before it. */
export function removeLines(text: string, range: { readonly start: number; readonly end: number }): Splice {
  const start = lineStart(text, range.start);
  const end = lineEnd(text, range.end);
  if (end < text.length) return { start, end: end + lineBreakNear(text, end).length, text: '' };
  const before = start === 0 ? 0 : lineEnd(text, lineStart(text, start - 1));
  return { start: before, end, text: '' };
}

/** The line break at the end of a line; a last line without one goes by the line before. */
function lineBreakNear(text: string, end: number): '\r\n' | '\n' {
  if (end < text.length) return text[end] === '\r' ? '\r\n' : '\n';
  const before = text.lastIndexOf('\n', end - 1);
  return before > 0 && text[before - 1] === '\r' ? '\r\n' : '\n';
}
