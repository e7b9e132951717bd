import { CommanderError } from 'commander';
import type { CommandResult } from './command-result.ts';
import { exitCodes } from './command-result.ts';
import { OperationError } from './diagnostics/operation-error.ts';
import type { OutputOptions } from './program.ts';
import { createProgram } from './program.ts';
import { toolVersion } from './tool-version.ts';
import type { World } from './world.ts';

/** Where the program prints. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether what goes to `err` may have colour. Asked only when something is printed. */
  readonly hasColor: () => Promise<boolean>;
}

/** The program from its arguments to its exit code; whatever happens is printed, and nothing thrown. */
export async function runProgram(args: readonly string[], world: World, terminal: Terminal): Promise<number> {
  const { out, err } = terminal;
  let exitCode: number = exitCodes.done;
  const finish = async (result: CommandResult, options: OutputOptions): Promise<void> => {
    await print(result, options, terminal);
    exitCode = result.exitCode;
  };
  try {
    const program = createProgram(world, finish);
    for (const command of [program, ...program.commands.flatMap((each) => [each, ...each.commands])])
      command.configureOutput({ writeOut: out, writeErr: err });
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.cannotDo;
    if (error instanceof OperationError) printFailure(error, err);
    else
      err(
        `openclaw has a defect: please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    return exitCodes.cannotDo;
  }
}

async function print(result: CommandResult, options: OutputOptions, { out, err, hasColor }: Terminal): Promise<void> {
  const { renderReport } = await import('./report/render-report.ts');
  const color = options.format === 'pretty' && (await hasColor());
  const report = renderReport(result.diagnostics, { format: options.format, color, toolVersion });
  // Findings for machines are the payload; for people they are talk.
  const isPayload = options.format !== 'pretty' && result.output === '';
  if (report !== '') (isPayload ? out : err)(report);
  if (result.notes !== '' && !options.quiet && options.format === 'pretty') err(result.notes);
  if (result.output !== '') out(result.output);
  if (result.failure !== undefined) printFailure(result.failure, err);
}

function printFailure(
  { message, help }: { readonly message: string; readonly help: string | undefined },
  err: Terminal['err'],
): void {
  err(`error: ${message}\n${help === undefined ? '' : `  = help: ${help}\n`}`);
}
