import { Command } from 'commander';
import { addBuildCommand } from './program/build.ts';
import { addDiffCommand } from './program/diff.ts';
import type { Finish, OutputOptions } from './program/finish.ts';
import { addKeysCommand } from './program/keys.ts';
import { addSchemaCommand } from './program/schema.ts';
import { addValidateCommand } from './program/validate.ts';
import { toolVersion } from './tool-version.ts';
import type { World } from './world.ts';

export type { OutputOptions };

/** The command line. Commands load only when they are called, so that `--version` stays quick. */
export function createProgram(world: World, finish: Finish): Command {
  const program = new Command('openclaw')
    .description('Compiles one YAML into a hardened nginx gateway for language models.')
    .version(toolVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  openclaw build openclaw.yaml -o gateway
  openclaw build --check -o gateway     in CI: is the output up to date?
  openclaw validate openclaw.yaml       does a real nginx take it?
  openclaw build --emit model | less    what the spec means, with its defaults
  openclaw diff --against gateway       what would change for callers?
  openclaw keys add mobile              a key for a new client

Exit codes:
  0  done
  1  the spec is wrong
  2  there is a difference
  3  the job could not be done`,
    );

  addBuildCommand(program, world, finish);
  addValidateCommand(program, world, finish);
  addDiffCommand(program, world, finish);
  addKeysCommand(program, world, finish);
  addSchemaCommand(program, world, finish);

  for (const command of program.commands) command.exitOverride().helpOption('-h, --help', 'print this help');
  return program;
}
