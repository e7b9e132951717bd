import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandResult } from '../command-result.ts';
import { exitCodes } from '../command-result.ts';
import { OperationError } from '../diagnostics/operation-error.ts';
import { jsonSchema } from '../language/json-schema.ts';

export interface SchemaOptions {
  readonly out: string | undefined;
  readonly check: string | undefined;
}

/** `openclaw schema`: the JSON Schema of openclaw.yaml on standard output or in a file, or whether a file has it. */
export async function schema(options: SchemaOptions, world: { readonly cwd: string }): Promise<CommandResult> {
  const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
  const done = { exitCode: exitCodes.done, diagnostics: [], output: '', notes: '' };
  if (options.check !== undefined) {
    const found = await readFile(resolve(world.cwd, options.check), 'utf8').catch(() => undefined);
    if (found === text) return done;
    return {
      ...done,
      exitCode: exitCodes.differs,
      notes: `\`${options.check}\` is not the schema of this version; write it with \`openclaw schema --out ${options.check}\`\n`,
    };
  }
  if (options.out === undefined) return { ...done, output: text };
  try {
    await writeFile(resolve(world.cwd, options.out), text);
  } catch (cause) {
    throw new OperationError(`cannot write \`${options.out}\``, { cause });
  }
  return done;
}
