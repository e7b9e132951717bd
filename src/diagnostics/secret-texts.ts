import type { Range, SourceFile } from './source-file.ts';

/** Shorter values are words that stand everywhere, such as the `openai` of a misspelt credential. */
const shortest = 8;
/** What was meant to stand behind `env:`, and stands in the help. */
const nameOfVariable = /^[A-Z][A-Z0-9_]*$/;
/** More values than anybody writes by hand; each is looked for in every line and message that is shown. */
const most = 1000;

const textsOf = new WeakMap<SourceFile, readonly string[]>();

/** The values of a file that look like secrets, without quotes and brackets, longest first: comments and messages repeat them. */
export function secretTexts(source: SourceFile): readonly string[] {
  let texts = textsOf.get(source);
  if (texts === undefined) {
    const values = source.secrets
      .slice(0, most)
      .map(({ start, end }) => source.text.slice(start, end).replace(/^[\s"'[{]+|[\s"'\]}]+$/g, ''))
      .filter((value) => value.length >= shortest && !value.includes('\n') && !nameOfVariable.test(value));
    texts = [...new Set(values)].sort((a, b) => b.length - a.length);
    textsOf.set(source, texts);
  }
  return texts;
}

/** Where such values stand in a part of the file, known places included: in order and without overlaps. */
export function secretsWithin(source: SourceFile, range: Range): readonly Range[] {
  const part = source.text.slice(range.start, range.end);
  const found = knownWithin(source.secrets, range);
  for (const value of secretTexts(source))
    for (let at = part.indexOf(value); at !== -1; at = part.indexOf(value, at + value.length))
      found.push({ start: range.start + at, end: range.start + at + value.length });
  const joined: Range[] = [];
  for (const each of found.sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && each.start < last.end)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, each.end) };
    else joined.push(each);
  }
  return joined;
}

/** Secrets are in order. */
function knownWithin(secrets: readonly Range[], { start, end }: Range): Range[] {
  const found: Range[] = [];
  for (let index = firstBehind(secrets, start); index < secrets.length; index += 1) {
    const secret = secrets[index];
    if (secret === undefined || secret.start >= end) break;
    found.push(secret);
  }
  return found;
}

/** The index of the first range that ends behind the offset. */
function firstBehind(ranges: readonly Range[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
