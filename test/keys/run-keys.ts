import { Command, CommanderError } from 'commander';
import { exitCodes } from '../../src/command-result.ts';
import { OperationError } from '../../src/diagnostics/operation-error.ts';
import { addKeysCommand } from '../../src/program/keys.ts';
import { renderReport } from '../../src/report/render-report.ts';

export interface KeysRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `openclaw keys …` in this process, and prints as the program does. */
export async function runKeys(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string | Uint8Array;
  },
): Promise<KeysRun> {
  const { cwd, env = {}, input = '' } = options;
  let [exitCode, stdout, stderr]: [number, string, string] = [0, '', ''];
  const program = new Command('openclaw').exitOverride().configureOutput({
    writeOut: (text) => {
      stdout += text;
    },
    writeErr: (text) => {
      stderr += text;
    },
  });
  const world = { cwd, env, stdin: async () => Buffer.from(input) };
  addKeysCommand(program, world, async (result, { format, quiet }) => {
    const report = renderReport(result.diagnostics, { format, color: false, toolVersion: '0.0.0' });
    if (format !== 'pretty' && result.output === '') stdout += report;
    else stderr += report;
    if (!quiet && format === 'pretty') stderr += result.notes;
    stdout += result.output;
    if (result.failure) stderr += `error: ${result.failure.message}\n  = help: ${result.failure.help}\n`;
    exitCode = result.exitCode;
  });
  try {
    await program.parseAsync(['keys', ...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.cannotDo;
    else if (error instanceof OperationError) {
      stderr += `error: ${error.message}\n${error.help === undefined ? '' : `  = help: ${error.help}\n`}`;
      exitCode = exitCodes.cannotDo;
    } else throw error;
  }
  return { exitCode, stdout, stderr };
}
