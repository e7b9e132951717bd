import type { Attempt } from '../problem.ts';
import { findByPrefix } from '../refusals.ts';
import { removeLines } from '../splice.ts';
import { factsOf, findLines, finishEdit, type KeyFileEdit } from './edit.ts';
import type { KeyFile } from './key-file.ts';

/** The text of the file without the keys of a client, or without the one whose hash starts so. */
export function revokeInKeyFile(
  file: KeyFile,
  request: { readonly id: string; readonly prefix: string | undefined },
): Attempt<KeyFileEdit> {
  const { lines, source } = file;
  const { id, prefix } = request;
  const own = findLines(file, id);
  if ('problem' in own) return own;
  const chosen = prefix === undefined ? own : findByPrefix(id, own.value, prefix);
  if ('problem' in chosen) return chosen;
  const gone = new Set(chosen.value);
  if (gone.size === lines.length)
    return {
      problem: {
        kind: 'wrong',
        message: `\`${id}\` has the last key of \`${source.name}\`, and a gateway that finds no keys in it goes on with the old ones`,
        help: `add another client first, or replace the key with \`openclaw keys rotate ${id} --overlap 0s\` and keep the new one to yourself`,
      },
    };
  const splices = [...gone].map((line) => removeLines(source.text, { start: line.idAt.start, end: line.end }));
  const left = lines.filter((line) => !gone.has(line)).map(factsOf);
  return { value: { text: finishEdit(file, splices, left) } };
}
