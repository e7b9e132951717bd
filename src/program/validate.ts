import { type Command, InvalidArgumentError, Option } from 'commander';
import type { World } from '../world.ts';
import type { Finish } from './finish.ts';
import { addReportOptions, type ReportFlags, toOutputOptions, toSpecOptions } from './options.ts';

interface ValidateFlags extends ReportFlags {
  readonly engine: 'auto' | 'docker' | 'podman' | 'local' | 'none';
  readonly image: string | undefined;
  readonly timeout: number;
  readonly maxWarnings: number | undefined;
}

export function addValidateCommand(program: Command, world: World, finish: Finish): void {
  const command = program
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
    .option('--max-warnings <number>', 'more warnings than this are a failure', parseCount);
  addReportOptions(command)
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
      const { validate } = await import('../commands/validate.ts');
      const options = {
        ...toSpecOptions(spec, flags),
        engine: flags.engine,
        image: flags.image ?? null,
        timeout: flags.timeout,
        maxWarnings: flags.maxWarnings ?? null,
      };
      await finish(await validate(options, world), toOutputOptions(flags));
    });
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
