import type { CommandResult } from '../command-result.ts';
import { exitCodes } from '../command-result.ts';
import { describeEffect, describePlace } from '../keys/describe-edit.ts';
import { editKeys } from '../keys/edit-keys.ts';
import { revokeInKeyFile } from '../keys/key-file/revoke.ts';
import type { KeysPlace } from '../keys/load-key-maps.ts';
import { revokeInSpec } from '../keys/spec/revoke.ts';
import type { World } from '../world.ts';

export interface KeysRevokeOptions extends KeysPlace {
  readonly id: string;
  /** The first digits of the hash of one key; without, all keys of the client go. */
  readonly prefix: string | undefined;
}

/** `openclaw keys revoke`: a client without its keys, or without one of them. */
export async function keysRevoke(options: KeysRevokeOptions, world: World): Promise<CommandResult> {
  const { id, prefix } = options;
  const edit = await editKeys(
    options,
    {
      inSpec: (map) => revokeInSpec(map, { id, prefix }),
      inKeyFile: (file) => revokeInKeyFile(file, { id, prefix }),
      makesKeyFile: false,
    },
    world,
  );
  if ('failed' in edit) return edit.failed;
  const what = prefix === undefined ? `client ${id}` : `key sha256:${prefix}… of client ${id}`;
  const notes = `Removed ${what} from ${describePlace(edit.edited)}\n${describeEffect(edit.edited, new Date())}`;
  return { exitCode: exitCodes.done, diagnostics: [], output: '', notes };
}
