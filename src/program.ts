import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandResult } from './commands/command-result.ts';
import type { World } from './commands/prepare.ts';
import { type Risk, risks } from './diff/change.ts';
import { targetNames } from './nginx/targets.ts';
import type { ReportFormat } from './report/render-report.ts';
import { toolVersion } from './tool-version.ts';

export interface OutputOptions {
  readonly format: ReportFormat;
  readonly quiet: boolean;
}

export type Finish = (result: CommandResult, options: OutputOptions) => Promise<void>;

interface BuildFlags {
  readonly out: string;
  readonly check: boolean | undefined;
  readonly emit: 'files' | 'model' | 'spec';
  readonly overlay: readonly string[] | undefined;
  readonly format: ReportFormat;
  readonly quiet: boolean | undefined;
  readonly target: string | undefined;
  readonly stdinFilename: string | undefined;
}

interface ValidateFlags extends Pick<BuildFlags, 'overlay' | 'format' | 'quiet' | 'target' | 'stdinFilename'> {
  readonly engine: 'auto' | 'docker' | 'podman' | 'local' | 'none';
  readonly image: string | undefined;
  readonly timeout: number;
  readonly maxWarnings: number | undefined;
}

interface DiffFlags {
  readonly against: string;
  readonly text: boolean | undefined;
  readonly exitCode: boolean | undefined;
  readonly failOn: readonly Risk[] | undefined;
  readonly overlay: readonly string[] | undefined;
  readonly format: 'pretty' | 'json';
  readonly quiet: boolean | undefined;
  readonly target: string | undefined;
  readonly stdinFilename: string | undefined;
}

interface SchemaFlags {
  readonly out: string | undefined;
  readonly check: string | undefined;
}

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

Exit codes:
  0  done
  1  the spec is wrong
  2  there is a difference
  3  the job could not be done`,
    );

  program
    .command('build')
    .description('write the nginx configuration that a spec describes')
    .argument('[spec]', 'the spec; `-` is standard input', 'openclaw.yaml')
    .option('-o, --out <folder>', 'where to write; `-` is standard output', 'gateway')
    .option('--check', 'write nothing; exit with 2 when the folder is not up to date')
    .addOption(new Option('--emit <stage>', 'what to write').choices(['files', 'model', 'spec']).default('files'))
    .option('--overlay <file>', 'lay a file over the spec; may be repeated', collect)
    .option('--target <name>', `replaces the spec's target: ${targetNames.join(', ')}`)
    .option('--stdin-filename <name>', 'the name for standard input in messages')
    .addOption(
      new Option('--format <format>', 'how findings are printed')
        .choices(['pretty', 'json', 'github', 'sarif'])
        .default('pretty'),
    )
    .option('-q, --quiet', 'print findings and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  openclaw build examples/quickstart/openclaw.yaml -o gateway
  openclaw build openclaw.yaml --overlay production.yaml -o gateway
  cat openclaw.yaml | openclaw build - -o -`,
    )
    .action(async (spec: string, flags: BuildFlags) => {
      const { build } = await import('./commands/build.ts');
      const result = await build(
        {
          spec,
          out: flags.out,
          check: flags.check ?? false,
          emit: flags.emit,
          overlays: flags.overlay ?? [],
          target: flags.target,
          stdinName: flags.stdinFilename,
        },
        world,
      );
      await finish(result, { format: flags.format, quiet: flags.quiet ?? false });
    });

  program
    .command('validate')
    .description('try the configuration on a real nginx, in a sandbox')
    .argument('[spec]', 'the spec; `-` is standard input', 'openclaw.yaml')
    .addOption(
      new Option(
        '--engine <engine>',
        'what runs nginx; `auto` takes docker, else podman, else the nginx of this machine',
      )
        .choices(['auto', 'docker', 'podman', 'local', 'none'])
        .default('auto'),
    )
    .option('--image <image>', 'a container image with the nginx of the target')
    .addOption(
      new Option('--timeout <duration>', 'how long the trial may take').argParser(parseTimeout).default(30_000, '30s'),
    )
    .option('--max-warnings <number>', 'more warnings than this are a failure', parseCount)
    .option('--overlay <file>', 'lay a file over the spec; may be repeated', collect)
    .option('--target <name>', `replaces the spec's target: ${targetNames.join(', ')}`)
    .option('--stdin-filename <name>', 'the name for standard input in messages')
    .addOption(
      new Option('--format <format>', 'how findings are printed')
        .choices(['pretty', 'json', 'github', 'sarif'])
        .default('pretty'),
    )
    .option('-q, --quiet', 'print findings and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  openclaw validate openclaw.yaml
  openclaw validate --engine docker --image my-gateway-nginx:1.26.3
  openclaw validate --engine none --max-warnings 0    only what needs no nginx

In CI (CI is set) \`--engine auto\` exits with 3 when there is no nginx to use.`,
    )
    .action(async (spec: string, flags: ValidateFlags) => {
      const { validate } = await import('./commands/validate.ts');
      const result = await validate(
        {
          spec,
          overlays: flags.overlay ?? [],
          target: flags.target,
          stdinName: flags.stdinFilename,
          engine: flags.engine,
          image: flags.image ?? null,
          timeout: flags.timeout,
          maxWarnings: flags.maxWarnings ?? null,
        },
        world,
      );
      await finish(result, { format: flags.format, quiet: flags.quiet ?? false });
    });

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
      const { diff } = await import('./commands/diff.ts');
      const { hasOutputColor } = await import('./report/diff-color.ts');
      const result = await diff(
        {
          spec,
          against: flags.against,
          text: flags.text ?? false,
          exitCode: flags.exitCode ?? false,
          failOn: flags.failOn ?? [],
          overlays: flags.overlay ?? [],
          target: flags.target,
          stdinName: flags.stdinFilename,
          format: flags.format,
          color: hasOutputColor(world.env),
        },
        world,
      );
      // A diff in JSON has no findings beside it; without a diff, the findings are the payload.
      const format = result.diagnostics.length > 0 ? flags.format : 'pretty';
      await finish(result, { format, quiet: flags.quiet ?? false });
    });

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
    .action(async (flags: SchemaFlags) => {
      const { schema } = await import('./commands/schema.ts');
      await finish(await schema(flags, world), { format: 'pretty', quiet: false });
    });

  for (const command of program.commands) command.exitOverride().helpOption('-h, --help', 'print this help');
  return program;
}

/** Milliseconds, of a duration between 1 ms and an hour. */
function parseTimeout(text: string): number {
  const [, count = '', unit = ''] = /^([0-9]{1,7})(ms|s|m)$/.exec(text) ?? [];
  const milliseconds = Number(count) * (unit === 'm' ? 60_000 : unit === 's' ? 1000 : 1);
  if (count === '' || milliseconds < 1 || milliseconds > 3_600_000)
    throw new InvalidArgumentError('A duration is such as `500ms`, `30s` or `2m`; an hour at most.');
  return milliseconds;
}

function parseCount(text: string): number {
  if (!/^[0-9]{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function parseRisks(value: string, earlier: readonly Risk[] = []): readonly Risk[] {
  const given = value.split(',').map((word) => word.trim());
  const known = risks.filter((risk) => given.includes(risk));
  if (given.some((word) => !risks.some((risk) => risk === word)))
    throw new InvalidArgumentError(`Allowed risks are ${risks.join(', ')}.`);
  return [...earlier, ...known];
}
