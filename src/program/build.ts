import { type Command, Option } from 'commander';
import type { World } from '../world.ts';
import type { Finish } from './finish.ts';
import { addReportOptions, type ReportFlags, toOutputOptions, toSpecOptions } from './options.ts';

interface BuildFlags extends ReportFlags {
  readonly out: string;
  readonly check: boolean | undefined;
  readonly emit: 'files' | 'model' | 'spec';
}

export function addBuildCommand(program: Command, world: World, finish: Finish): void {
  const command = program
    .command('build')
    .description('write the nginx configuration that a spec describes')
    .argument('[spec]', 'the spec; `-` is standard input', 'openclaw.yaml')
    .option('-o, --out <folder>', 'where to write; `-` is standard output', 'gateway')
    .option('--check', 'write nothing; exit with 2 when the folder is not up to date')
    .addOption(new Option('--emit <stage>', 'what to write').choices(['files', 'model', 'spec']).default('files'));
  addReportOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  openclaw build examples/quickstart/openclaw.yaml -o gateway
  openclaw build openclaw.yaml --overlay production.yaml -o gateway
  cat openclaw.yaml | openclaw build - -o -`,
    )
    .action(async (spec: string, flags: BuildFlags) => {
      const { build } = await import('../commands/build.ts');
      const options = {
        ...toSpecOptions(spec, flags),
        out: flags.out,
        check: flags.check ?? false,
        emit: flags.emit,
      };
      await finish(await build(options, world), toOutputOptions(flags));
    });
}
