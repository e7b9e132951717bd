import { isDeepStrictEqual } from 'node:util';
import type { Range, Span } from '../../diagnostics/source-file.ts';
import type { Attempt } from '../problem.ts';
import { unknownClient } from '../refusals.ts';
import type { Right } from '../right-names.ts';
import { applySplices, type Splice } from '../splice.ts';
import { type KeyFile, parseKeyFile } from './key-file.ts';
import type { KeyLine } from './line.ts';

/** What a line says, wherever it stands. */
export interface KeyFacts {
  readonly id: string;
  readonly hash: string;
  readonly rights: readonly Right[];
}

export function factsOf({ id, hash, rights }: KeyLine): KeyFacts {
  return { id, hash, rights };
}

export function writeKeyLine({ id, hash, rights }: KeyFacts): string {
  const attributes = rights.map(([name, value]) => `${name}=${typeof value === 'string' ? value : value.join(',')}`);
  return [id, `sha256:${hash}`, ...attributes].join(' ');
}

/** The text of a key file after an edit. */
export interface KeyFileEdit {
  readonly text: string;
  /** When the new key ends, in seconds since 1970. */
  readonly ends?: number | undefined;
}

/** The lines of a client, one at least. */
export function findLines(file: KeyFile, id: string): Attempt<readonly KeyLine[]> {
  const own = file.lines.filter((line) => line.id === id);
  if (own.length > 0) return { value: own };
  const known = [...new Set(file.lines.map((line) => line.id))];
  return { problem: unknownClient(id, { known, where: file.source.name }) };
}

export function spanOf({ source }: KeyFile, { start, end }: Range): Span {
  return { source, start, end };
}

/** The edited text. It says what is wanted and no more, or there is a defect. */
export function finishEdit(file: KeyFile, splices: readonly Splice[], wanted: readonly KeyFacts[]): string {
  const text = applySplices(file.source.text, splices);
  const again = parseKeyFile(text, file.source.name);
  if (again.diagnostics.length > 0 || !isDeepStrictEqual(again.value.lines.map(factsOf), wanted))
    throw new Error('the edited key file would not say what was asked for');
  return text;
}
