import type { Command } from 'commander';
import type { SchemaOptions } from '../commands/schema.ts';
import type { World } from '../world.ts';
import type { Finish } from './finish.ts';

export function addSchemaCommand(program: Command, world: World, finish: Finish): void {
  program
    .command('schema')
    .description('print the JSON Schema of openclaw.yaml, for editors')
    .option('--out <file>', 'write it to a file')
    .option('--check <file>', 'exit with 2 when the file is not this schema')
    .addHelpText(
      'after',
      `
Example, with the first line of openclaw.yaml that tells editors about it:
  openclaw schema --out openclaw.schema.json
  # yaml-language-server: $schema=openclaw.schema.json`,
    )
    .action(async (flags: SchemaOptions) => {
      const { schema } = await import('../commands/schema.ts');
      await finish(await schema(flags, world), { format: 'pretty', quiet: false });
    });
}
