import { type Command, Option } from 'commander';
import type { SpecOptions } from '../commands/prepare.ts';
import { targetNames } from '../nginx/targets.ts';
import type { ReportFormat } from '../report/render-report.ts';
import type { OutputOptions } from './finish.ts';

export interface SpecFlags {
  readonly overlay: readonly string[] | undefined;
  readonly target: string | undefined;
  readonly stdinFilename: string | undefined;
  readonly quiet: boolean | undefined;
}

export interface ReportFlags extends SpecFlags {
  readonly format: ReportFormat;
}

/** The options of every command that reads one spec and prints findings. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--overlay <file>', 'lay a file over the spec; may be repeated', collect)
    .option('--target <name>', `replaces the spec's target: ${targetNames.join(', ')}`)
    .option('--stdin-filename <name>', 'the name for standard input in messages')
    .addOption(
      new Option('--format <format>', 'how findings are printed')
        .choices(['pretty', 'json', 'github', 'sarif'])
        .default('pretty'),
    )
    .option('-q, --quiet', 'print findings and nothing else');
}

export function toSpecOptions(spec: string, flags: SpecFlags): SpecOptions {
  return { spec, overlays: flags.overlay ?? [], target: flags.target, stdinName: flags.stdinFilename };
}

export function toOutputOptions(flags: ReportFlags): OutputOptions {
  return { format: flags.format, quiet: flags.quiet ?? false };
}

/** For options that may be repeated. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
