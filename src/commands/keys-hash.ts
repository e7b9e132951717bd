import type { CommandResult } from '../command-result.ts';
import { exitCodes } from '../command-result.ts';
import { OperationError } from '../diagnostics/operation-error.ts';
import { hashKey } from '../keys/hash-key.ts';
import { readGivenKey } from '../keys/read-given-key.ts';
import type { World } from '../world.ts';

/** Random texts of this length are out of reach for guessing. */
const safeLength = 24;

/** `openclaw keys hash`: what to store of a key that is read from standard input. */
export async function keysHash(world: Pick<World, 'stdin'>): Promise<CommandResult> {
  const read = readGivenKey((await world.stdin?.()) ?? new Uint8Array());
  if ('reason' in read)
    throw new OperationError(`this cannot be a key: ${read.reason}`, {
      help: 'a key is visible ASCII without blanks, such as `openclaw keys generate` makes',
    });
  const isShort = read.key.length < safeLength;
  return {
    exitCode: exitCodes.done,
    diagnostics: [],
    output: `sha256:${hashKey(read.key)}\n`,
    notes: isShort
      ? `warning: the key is shorter than ${safeLength} characters; whoever sees its hash may guess it\n`
      : '',
  };
}
