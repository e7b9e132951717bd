import type { CommandResult } from '../command-result.ts';
import { exitCodes } from '../command-result.ts';
import { describeEffect, describePlace } from '../keys/describe-edit.ts';
import { editKeys } from '../keys/edit-keys.ts';
import { generateKey } from '../keys/generate-key.ts';
import { hashKey } from '../keys/hash-key.ts';
import { addToKeyFile } from '../keys/key-file/add.ts';
import type { KeysPlace } from '../keys/load-key-maps.ts';
import type { Right } from '../keys/right-names.ts';
import { addToSpec } from '../keys/spec/add.ts';
import type { World } from '../world.ts';

export interface KeysAddOptions extends KeysPlace {
  readonly id: string;
  readonly rights: readonly Right[];
  /** 64 lower-case hexadecimal digits of a key that exists; without, one is made. */
  readonly hash: string | undefined;
  readonly now?: () => Date;
}

/** `openclaw keys add`: a new client; its key goes to standard output, the hash of it into the spec or key file. */
export async function keysAdd(options: KeysAddOptions, world: World): Promise<CommandResult> {
  const { id, rights, now = () => new Date() } = options;
  const key = options.hash === undefined ? generateKey() : undefined;
  const hash = options.hash ?? hashKey(key ?? '');
  const client = { id, hash, rights };
  const edit = await editKeys(
    options,
    { inSpec: (map) => addToSpec(map, client), inKeyFile: (file) => addToKeyFile(file, client), makesKeyFile: true },
    world,
  );
  if ('failed' in edit) return edit.failed;
  const { edited } = edit;
  return {
    exitCode: exitCodes.done,
    diagnostics: [],
    output: key === undefined ? '' : `${key}\n`,
    notes: `Added client ${id} to ${describePlace(edited)}: sha256:${hash}\n${describeEffect(edited, now())}`,
  };
}
