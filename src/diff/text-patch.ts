import { createTwoFilesPatch } from 'diff';
import { compareText } from '../compare-text.ts';

export type Files = ReadonlyMap<string, string>;

/** A unified patch of all files that differ, by name, for `patch -p1`; empty when none does. */
export function patchFiles(before: Files, after: Files): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return paths.map((path) => patchFile(path, before.get(path), after.get(path))).join('');
}

/** Undefined is no file, which patch makes or removes. */
export function patchFile(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    { context: 3 },
  );
  return patch.replace(/^=+\n/, '');
}
