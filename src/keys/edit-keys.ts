import { resolve } from 'node:path';
import type { CommandResult } from '../command-result.ts';
import { exitCodeFor } from '../command-result.ts';
import { OperationError } from '../diagnostics/operation-error.ts';
import { displayName } from '../source/display-name.ts';
import type { World } from '../world.ts';
import { findBuilder } from './find-builder.ts';
import { keyFileHeader } from './key-file/add.ts';
import type { KeyFileEdit } from './key-file/edit.ts';
import { type KeyFile, parseKeyFile } from './key-file/key-file.ts';
import { type KeysPlace, loadKeyMaps } from './load-key-maps.ts';
import { type Attempt, problemResult } from './problem.ts';
import { readFileToEdit } from './read-file-to-edit.ts';
import { replaceFile } from './replace-file.ts';
import type { SpecEdit } from './spec/edit.ts';
import { chooseKeyMap, type KeyMap } from './spec/key-map.ts';

export interface KeysEdit {
  readonly inSpec: (map: KeyMap) => Attempt<SpecEdit>;
  readonly inKeyFile: (file: KeyFile) => Attempt<KeyFileEdit>;
  /** Whether a key file that is not there is made. */
  readonly makesKeyFile: boolean;
}

/** What was edited, for notes; `map` is null for a key file. */
export interface EditedPlace {
  readonly name: string;
  readonly map: string | null;
  readonly isNew: boolean;
  /** When the new key ends, in seconds since 1970. */
  readonly ends: number | undefined;
  /** Whether nginx has to reload; else the gateway sees it by itself. */
  readonly needsReload: boolean;
}

/** Makes one edit where the keys are kept, or says why not. Throws `OperationError` when a file is not to be written. */
export async function editKeys(
  place: KeysPlace,
  edit: KeysEdit,
  world: World,
): Promise<{ readonly edited: EditedPlace } | { readonly failed: CommandResult }> {
  if (place.keyFile !== undefined) return editKeyFile(place.keyFile, edit, world);
  if (place.spec === '-')
    throw new OperationError('standard input cannot be edited', {
      help: 'name a file, or use `openclaw keys generate`',
    });
  const loaded = await loadKeyMaps(place, world);
  if ('failed' in loaded) return loaded;
  const chosen = chooseKeyMap(loaded.maps, place.map);
  const attempt = 'problem' in chosen ? chosen : edit.inSpec(chosen.value);
  if ('problem' in attempt) return { failed: problemResult(attempt.problem) };
  const { source, text, ends, needsReload = false } = attempt.value;
  const path = resolve(world.cwd, source.name);
  const file = await readFileToEdit(path, source.name);
  if (file?.text !== source.text)
    throw new OperationError(`\`${source.name}\` was changed meanwhile`, { help: 'nothing was written; try again' });
  await replaceFile({ path, name: source.name, before: file.bytes, after: file.encode(text) });
  return {
    edited: { name: source.name, map: 'problem' in chosen ? null : chosen.value.name, isNew: false, ends, needsReload },
  };
}

async function editKeyFile(
  given: string,
  edit: KeysEdit,
  { cwd }: World,
): Promise<{ readonly edited: EditedPlace } | { readonly failed: CommandResult }> {
  const path = resolve(cwd, given);
  const name = displayName(path, cwd);
  if ((await findBuilder(path)) !== undefined)
    throw new OperationError(`\`${name}\` is built from a spec, and the next build would undo an edit`, {
      help: 'edit the spec: leave `--key-file` out',
    });
  const file = await readFileToEdit(path, name);
  if (file === undefined && !edit.makesKeyFile) throw new OperationError(`cannot read \`${name}\`: no such file`);
  const { value, diagnostics } = parseKeyFile(file?.text ?? keyFileHeader, name);
  if (diagnostics.length > 0)
    return { failed: { exitCode: exitCodeFor(diagnostics), diagnostics, output: '', notes: '' } };
  const attempt = edit.inKeyFile(value);
  if ('problem' in attempt) return { failed: problemResult(attempt.problem) };
  const { text, ends } = attempt.value;
  const after = file === undefined ? Buffer.from(text) : file.encode(text);
  await replaceFile({ path, name, before: file?.bytes, after });
  return { edited: { name, map: null, isNew: file === undefined, ends, needsReload: false } };
}
