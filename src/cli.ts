import { runProgram } from './run-program.ts';

/** Chalk knows terminals and FORCE_COLOR; NO_COLOR (no-color.org) it does not. */
async function hasColor(): Promise<boolean> {
  if (process.env.FORCE_COLOR === undefined && (process.env.NO_COLOR ?? '') !== '') return false;
  return (await import('chalk')).chalkStderr.level > 0;
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

process.exitCode = await runProgram(
  process.argv.slice(2),
  { cwd: process.cwd(), env: process.env, stdin: readStandardInput, interruption: watchInterruption },
  {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    hasColor,
  },
);
