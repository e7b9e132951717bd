import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Range, SourceFile } from '../../diagnostics/source-file.ts';
import { problem } from '../../source/problem.ts';
import { findSecretShapes } from '../../source/secret-shapes.ts';
import { type FieldFault, type KeyLine, readKeyLine } from './line.ts';

/** The keys of a file, one a line; `source` is the whole text. */
export interface KeyFile {
  readonly source: SourceFile;
  readonly lines: readonly KeyLine[];
}

/** Past this many they say nothing new. */
const maxFaults = 20;

/**
 * Reads a key file, whose grammar the gateway shares. Mistakes are told by line and field; what could be a key in the
 * wrong place is never shown.
 */
export function parseKeyFile(
  text: string,
  name: string,
): { readonly value: KeyFile; readonly diagnostics: readonly Diagnostic[] } {
  const lines: KeyLine[] = [];
  const faults: FieldFault[] = [];
  const secrets: Range[] = findSecretShapes(text);
  for (const match of text.matchAll(ownKey)) secrets.push({ start: match.index, end: match.index + match[0].length });
  const firstLineOf = new Map<string, KeyLine>();
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const read = readKeyLine(text, { start, end: feed === -1 ? text.length : feed });
    if ('fault' in read) {
      faults.push(read.fault);
      secrets.push(...read.secrets);
    } else if (read.line !== undefined) {
      const { hash, hashAt } = read.line;
      const first = firstLineOf.get(hash);
      if (first === undefined) firstLineOf.set(hash, read.line);
      else faults.push({ at: hashAt, message: 'this key is there already', help: 'remove one of the two lines' });
      lines.push(read.line);
    }
    start = feed === -1 ? text.length : feed + 1;
  }
  const source: SourceFile = { name, text, secrets: union(secrets) };
  const diagnostics = faults
    .slice(0, maxFaults)
    .map(({ at, message, help }) => problem('OC2004', { source, ...at }, message, { help }));
  return { value: { source, lines }, diagnostics };
}

/** What `openclaw keys generate` prints, should somebody have put it here. */
const ownKey = /(?<![\w-])oc-[\w-]{20,}/g;

function union(ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && range.start <= last.end) joined[joined.length - 1] = { ...last, end: Math.max(last.end, range.end) };
    else joined.push(range);
  }
  return joined;
}
