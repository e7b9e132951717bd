import { resolve } from 'node:path';
import type { CommandResult } from '../command-result.ts';
import { exitCodes } from '../command-result.ts';
import { type Diagnostic, isError } from '../diagnostics/diagnostic.ts';
import { OperationError } from '../diagnostics/operation-error.ts';
import { type KeyFile, parseKeyFile } from '../keys/key-file/key-file.ts';
import { type ListedKey, listFileKeys, listSpecKeys } from '../keys/list-keys.ts';
import { type KeysPlace, loadKeyMaps } from '../keys/load-key-maps.ts';
import { printKeys } from '../keys/print-keys.ts';
import { problemResult } from '../keys/problem.ts';
import { readFileToEdit } from '../keys/read-file-to-edit.ts';
import { chooseKeyMap } from '../keys/spec/key-map.ts';
import { findUnknown } from '../keys/spec/read-clients.ts';
import { displayName } from '../source/display-name.ts';
import type { World } from '../world.ts';

export interface KeysListOptions extends KeysPlace {
  /** The folder of the gateway, where relative names of key files start. */
  readonly out: string;
  readonly format: 'pretty' | 'json';
  readonly now?: () => Date;
}

interface Unread {
  readonly map: string;
  readonly what: 'the key file' | 'a client';
  readonly reason: string;
}

/** `openclaw keys list`: the keys of a spec and of the key files that it names, or of one key file. */
export async function keysList(options: KeysListOptions, world: World): Promise<CommandResult> {
  const now = options.now?.() ?? new Date();
  const keys: ListedKey[] = [];
  const unread: Unread[] = [];
  const diagnostics: Diagnostic[] = [];
  const take = (map: string | null, read: Awaited<ReturnType<typeof readKeyFile>>): void => {
    keys.push(...listFileKeys(map, read.value, now));
    diagnostics.push(...read.diagnostics);
  };
  if (options.keyFile !== undefined) {
    take(null, await readKeyFile(resolve(world.cwd, options.keyFile), world.cwd));
  } else {
    const loaded = await loadKeyMaps(options, world);
    if ('failed' in loaded) return loaded.failed;
    const chosen = options.map === undefined ? undefined : chooseKeyMap(loaded.maps, options.map);
    if (chosen !== undefined && 'problem' in chosen) return problemResult(chosen.problem);
    for (const map of chosen === undefined ? loaded.maps : [chosen.value]) {
      keys.push(...listSpecKeys(map, now));
      for (const origin of findUnknown(map.clients))
        unread.push({ map: map.name, what: 'a client', reason: `the value of \`${origin}\` is not known here` });
      if (map.file === undefined) continue;
      try {
        take(map.name, await readKeyFile(resolve(world.cwd, options.out, map.file), world.cwd));
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        unread.push({ map: map.name, what: 'the key file', reason: error.message });
      }
    }
  }
  const exitCode = diagnostics.some(isError) ? exitCodes.specIsWrong : exitCodes.done;
  if (options.format === 'json')
    return {
      exitCode,
      diagnostics,
      output: `${JSON.stringify({ formatVersion: 1, keys, unread }, null, 2)}\n`,
      notes: '',
    };
  const notes = [
    ...(keys.length === 0 ? ['There are no keys\n'] : []),
    ...unread.map(({ map, what, reason }) => `Not listed: ${what} of ${map}; ${reason}\n`),
  ];
  return { exitCode, diagnostics, output: keys.length === 0 ? '' : printKeys(keys), notes: notes.join('') };
}

async function readKeyFile(
  path: string,
  cwd: string,
): Promise<{ readonly value: KeyFile; readonly diagnostics: readonly Diagnostic[] }> {
  const name = displayName(path, cwd);
  const file = await readFileToEdit(path, name);
  if (file === undefined) throw new OperationError(`cannot read \`${name}\`: no such file`);
  return parseKeyFile(file.text, name);
}
