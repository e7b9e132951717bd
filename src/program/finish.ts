import type { CommandResult } from '../command-result.ts';
import type { ReportFormat } from '../report/render-report.ts';

export interface OutputOptions {
  readonly format: ReportFormat;
  readonly quiet: boolean;
}

/** Prints what a command found and sets the exit code. */
export type Finish = (result: CommandResult, options: OutputOptions) => Promise<void>;
