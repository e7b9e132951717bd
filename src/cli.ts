import { CommanderError } from 'commander';
import type { CommandResult } from './command-result.ts';
import { exitCodes } from './command-result.ts';
import { OperationError } from './diagnostics/operation-error.ts';
import type { OutputOptions } from './program.ts';
import { createProgram } from './program.ts';
import { toolVersion } from './tool-version.ts';

/** Chalk knows terminals and FORCE_COLOR; NO_COLOR (no-color.org) it does not. Asked only when something is printed. */
async function hasColor(): Promise<boolean> {
  if (process.env.FORCE_COLOR === undefined && (process.env.NO_COLOR ?? '') !== '') return false;
  return (await import('chalk')).chalkStderr.level > 0;
}

async function finish(result: CommandResult, options: OutputOptions): Promise<void> {
  const { renderReport } = await import('./report/render-report.ts');
  const color = options.format === 'pretty' && (await hasColor());
  const report = renderReport(result.diagnostics, { format: options.format, color, toolVersion });
  // Findings for machines are the payload; for people they are talk.
  const isPayload = options.format !== 'pretty' && result.output === '';
  if (report !== '') (isPayload ? process.stdout : process.stderr).write(report);
  if (result.notes !== '' && !options.quiet && options.format === 'pretty') process.stderr.write(result.notes);
  if (result.output !== '') process.stdout.write(result.output);
  if (result.failure !== undefined) printFailure(result.failure);
  process.exitCode = result.exitCode;
}

function printFailure({ message, help }: { readonly message: string; readonly help: string | undefined }): void {
  process.stderr.write(`error: ${message}\n${help === undefined ? '' : `  = help: ${help}\n`}`);
}

/** From here on a signal is news for the command, which cleans up; a second one ends the process as usual. */
function watchInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

// A reader that has seen enough, as in `| head`, is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await createProgram(
    { cwd: process.cwd(), env: process.env, stdin: readStandardInput, interruption: watchInterruption },
    finish,
  ).parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.cannotDo;
  } else if (error instanceof OperationError) {
    printFailure(error);
    process.exitCode = exitCodes.cannotDo;
  } else {
    process.stderr.write(
      `openclaw has a defect: please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = exitCodes.cannotDo;
  }
}
