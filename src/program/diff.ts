import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Risk, risks } from '../diff/common/change.ts';
import { targetNames } from '../nginx/targets.ts';
import type { World } from '../world.ts';
import type { Finish } from './finish.ts';
import { collect, type SpecFlags, toSpecOptions } from './options.ts';

interface DiffFlags extends SpecFlags {
  readonly against: string;
  readonly text: boolean | undefined;
  readonly exitCode: boolean | undefined;
  readonly failOn: readonly Risk[] | undefined;
  readonly format: 'pretty' | 'json';
}

export function addDiffCommand(program: Command, world: World, finish: Finish): void {
  program
    .command('diff')
    .description('say what changes for callers, how risky it is, and how it takes effect')
    .argument('[spec]', 'the spec; `-` is standard input', 'openclaw.yaml')
    .requiredOption('--against <gateway>', 'a folder that was built, another spec, or a commit such as `git:main`')
    .option('--text', 'print a unified patch of the files, for `patch -p1`')
    .option('--exit-code', 'exit with 2 when there is any difference')
    .option('--fail-on <risks>', `exit with 2 on such a change: ${risks.join(', ')}`, parseRisks)
    .option('--overlay <file>', 'lay a file over the specs; may be repeated', collect)
    .option('--target <name>', `replaces the specs' target: ${targetNames.join(', ')}`)
    .option('--stdin-filename <name>', 'the name for standard input in messages')
    .addOption(new Option('--format <format>', 'how changes are printed').choices(['pretty', 'json']).default('pretty'))
    .option('-q, --quiet', 'print changes and findings and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  openclaw diff --against gateway                     what would change?
  openclaw diff --against git:main --fail-on loosens  is security weaker?
  openclaw diff --against gateway --text | patch -p1 -d gateway`,
    )
    .action(async (spec: string, flags: DiffFlags) => {
      const { diff } = await import('../commands/diff.ts');
      const { hasOutputColor } = await import('../report/diff-color.ts');
      const options = {
        ...toSpecOptions(spec, flags),
        against: flags.against,
        text: flags.text ?? false,
        exitCode: flags.exitCode ?? false,
        failOn: flags.failOn ?? [],
        format: flags.format,
        color: hasOutputColor(world.env),
      };
      const result = await diff(options, world);
      // A diff in JSON has no findings beside it; without a diff, the findings are the payload.
      const format = result.diagnostics.length > 0 ? flags.format : 'pretty';
      await finish(result, { format, quiet: flags.quiet ?? false });
    });
}

function parseRisks(value: string, earlier: readonly Risk[] = []): readonly Risk[] {
  const given = value.split(',').map((word) => word.trim());
  const known = risks.filter((risk) => given.includes(risk));
  if (given.some((word) => !risks.some((risk) => risk === word)))
    throw new InvalidArgumentError(`Allowed risks are ${risks.join(', ')}.`);
  return [...earlier, ...known];
}
