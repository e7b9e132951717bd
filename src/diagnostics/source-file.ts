/** A text that a person wrote, with the name to print for it. Spans point into it. */
export interface SourceFile {
  /** As shown in messages: the path as the user gave it, `<stdin>`, or relative to the working directory. */
  readonly name: string;
  readonly text: string;
  /** Ranges of values that look like secrets; whoever prints the text must hide them. */
  readonly secrets: readonly Range[];
}

/** Half-open range of UTF-16 offsets. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Span extends Range {
  readonly source: SourceFile;
}

/** 1-based line and 1-based column in UTF-16 units, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>();

function lineStarts(source: SourceFile): readonly number[] {
  let starts = lineStartsOf.get(source);
  if (starts === undefined) {
    const found = [0];
    for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) found.push(at + 1);
    starts = found;
    lineStartsOf.set(source, starts);
  }
  return starts;
}

/** Where an offset lies; offsets past the end count as the end. */
export function positionAt(source: SourceFile, requested: number): Position {
  const offset = Math.min(requested, source.text.length);
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.max(0, offset - (starts[low] ?? 0)) + 1 };
}

/** The text of a 1-based line without its line ending, and the offset at which it starts. */
export function lineAt(source: SourceFile, line: number): { readonly text: string; readonly start: number } {
  const starts = lineStarts(source);
  const start = starts[line - 1] ?? source.text.length;
  const next = starts[line] ?? source.text.length + 1;
  return { text: source.text.slice(start, next - 1).replace(/\r$/, ''), start };
}
