import type { CommandResult } from '../command-result.ts';
import { exitCodes } from '../command-result.ts';
import { describeEffect, describePlace } from '../keys/describe-edit.ts';
import { editKeys } from '../keys/edit-keys.ts';
import { generateKey } from '../keys/generate-key.ts';
import { hashKey } from '../keys/hash-key.ts';
import { rotateInKeyFile } from '../keys/key-file/rotate.ts';
import type { KeysPlace } from '../keys/load-key-maps.ts';
import { formatMoment } from '../keys/moments.ts';
import { rotateInSpec } from '../keys/spec/rotate.ts';
import type { World } from '../world.ts';

export interface KeysRotateOptions extends KeysPlace {
  readonly id: string;
  /** How long the old keys stay valid, in milliseconds. */
  readonly overlap: number;
  /** When the new key ends; as late as the old ones when it is left out. */
  readonly notAfter: string | 'never' | undefined;
  /** 64 lower-case hexadecimal digits of a key that exists; without, one is made. */
  readonly hash: string | undefined;
  readonly now?: () => Date;
}

/** `openclaw keys rotate`: one more key for a client, on standard output, while its old ones end. */
export async function keysRotate(options: KeysRotateOptions, world: World): Promise<CommandResult> {
  const { id, overlap, notAfter } = options;
  const now = options.now?.() ?? new Date();
  const key = options.hash === undefined ? generateKey() : undefined;
  const request = { id, overlap, notAfter, now, hash: options.hash ?? hashKey(key ?? '') };
  const edit = await editKeys(
    options,
    {
      inSpec: (map) => rotateInSpec(map, request),
      inKeyFile: (file) => rotateInKeyFile(file, request),
      makesKeyFile: false,
    },
    world,
  );
  if ('failed' in edit) return edit.failed;
  const { edited } = edit;
  const end = formatMoment(Math.ceil((now.getTime() + overlap) / 1000));
  const others = overlap === 0 ? 'Its other keys are removed' : `Its other keys end at ${end}, if not before`;
  return {
    exitCode: exitCodes.done,
    diagnostics: [],
    output: key === undefined ? '' : `${key}\n`,
    notes: `Gave client ${id} a new key in ${describePlace(edited)}: sha256:${request.hash}\n${others}\n${describeEffect(edited, now)}`,
  };
}
