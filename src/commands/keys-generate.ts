import type { CommandResult } from '../command-result.ts';
import { exitCodes } from '../command-result.ts';
import { generateKey } from '../keys/generate-key.ts';
import { hashKey } from '../keys/hash-key.ts';

export interface KeysGenerateOptions {
  readonly format: 'pretty' | 'json';
}

/** `openclaw keys generate`: a new key on standard output, and what to store of it. */
export function keysGenerate({ format }: KeysGenerateOptions): CommandResult {
  const key = generateKey();
  const hash = `sha256:${hashKey(key)}`;
  const done = { exitCode: exitCodes.done, diagnostics: [] };
  if (format === 'json') return { ...done, output: `${JSON.stringify({ key, hash }, null, 2)}\n`, notes: '' };
  const notes = [
    `${hash}\n`,
    'The key is for the client, and shown only here. Store the hash: as `key:` of a client in `key_maps`, or behind its id\n',
    'in a key file. `openclaw keys add <id>` does both at once.\n',
  ];
  return { ...done, output: `${key}\n`, notes: notes.join('') };
}
