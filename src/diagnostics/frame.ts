import { type Cell, lineCells } from './line-cells.ts';
import { lineAt, positionAt, type Range, type Span } from './source-file.ts';

export interface FrameOptions {
  /** Drawn under the span: `^` for the place itself, `-` for a related one. */
  readonly mark?: '^' | '-';
  /** Colours, if any. */
  readonly paintGutter?: (text: string) => string;
  readonly paintMark?: (text: string) => string;
}

/** Columns of source text; longer lines are cut around the span. */
const maxColumns = 100;
/** What of a line of a megabyte is looked at, on either side of the span. */
const reach = 4 * maxColumns;

/**
 * The line of a span with a run of carets under it and one line of context above. Nothing for a file whose text is not
 * known. Secrets are hidden, characters that could fool a terminal are spelled out, and the carets stay aligned.
 */
export function codeFrame(span: Span, options: FrameOptions = {}): readonly string[] {
  const { source } = span;
  if (source.text === '') return [];
  const { mark = '^', paintGutter = same, paintMark = same } = options;
  const { line } = positionAt(source, span.start);
  const here = lineRange(span, line);
  const written = here.start + source.text.slice(here.start, here.end).trimEnd().length;
  const end = span.end > here.end ? Math.max(written, span.start + 1) : Math.max(span.end, span.start + 1);
  const marked: Range = { start: span.start, end: Math.min(end, here.end) };

  const shownPart = near(source.text, here, marked);
  const cells = lineCells(source, shownPart);
  const [from, until] = columnsOf(cells, marked);
  const window = windowAround(cells, from, until);
  const gutterWidth = String(line).length;
  const gutter = (label: string): string => paintGutter(`${label.padStart(gutterWidth)} |`);
  const lines = [gutter('')];

  const above = line > 1 ? lineRange(span, line - 1) : undefined;
  if (above && window.start === 0 && shownPart.start === here.start) {
    const shown = show(
      lineCells(source, { start: above.start, end: Math.min(above.end, above.start + reach) }),
      window,
    );
    if (shown.trim() !== '') lines.push(`${gutter(String(line - 1))} ${shown}`.trimEnd());
  }
  lines.push(`${gutter(String(line))} ${show(cells, window)}`.trimEnd());
  const start = Math.max(from, window.start) - window.start;
  const length = Math.max(1, Math.min(until, window.end) - Math.max(from, window.start));
  lines.push(`${gutter('')} ${' '.repeat(start)}${paintMark(mark.repeat(length))}`);
  return lines;
}

function same(text: string): string {
  return text;
}

function lineRange({ source }: Span, line: number): Range {
  const { text, start } = lineAt(source, line);
  return { start, end: start + text.length };
}

/** The part of a line that can be shown; it starts and ends between characters. */
function near(text: string, line: Range, marked: Range): Range {
  let start = Math.max(line.start, marked.start - reach);
  let end = Math.min(line.end, marked.start + reach);
  if (start > line.start && isLowSurrogate(text, start)) start += 1;
  if (end < line.end && isLowSurrogate(text, end)) end -= 1;
  return { start, end };
}

function isLowSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

/** Columns of a range, from 0, half-open; at least one. Past the end of the line there is room for a caret. */
function columnsOf(cells: readonly Cell[], range: Range): readonly [number, number] {
  const last = cells.at(-1);
  const lineEnd = last ? last.column + last.width : 0;
  const first = cells.find((cell) => cell.end > range.start);
  const final = cells.findLast((cell) => cell.start < range.end);
  const from = first ? first.column : lineEnd;
  const until = final && range.end > range.start ? final.column + final.width : from + 1;
  return [from, Math.max(until, from + 1)];
}

function windowAround(cells: readonly Cell[], from: number, until: number): Range {
  const last = cells.at(-1);
  const total = Math.max(last ? last.column + last.width : 0, until);
  if (total <= maxColumns) return { start: 0, end: maxColumns };
  const length = Math.min(until - from, maxColumns / 2);
  const start = Math.max(0, Math.min(from - Math.floor((maxColumns - length) / 2), total - maxColumns));
  return { start, end: start + maxColumns };
}

/** The cells of a window; an ellipsis stands for what is cut off at either side, in a column of its own. */
function show(cells: readonly Cell[], { start, end }: Range): string {
  const last = cells.at(-1);
  const cutLeft = start > 0;
  const cutRight = last !== undefined && last.column + last.width > end;
  const inside = cells.filter(
    (cell) => cell.column >= start + (cutLeft ? 1 : 0) && cell.column + cell.width <= end - (cutRight ? 1 : 0),
  );
  const [first] = inside;
  const left = cutLeft && first ? '…'.padEnd(first.column - start) : '';
  return `${left}${inside.map(({ text }) => text).join('')}${cutRight ? '…' : ''}`;
}
