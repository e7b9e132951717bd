import { type Diagnostic, isError } from './diagnostics/diagnostic.ts';

/** One table of exit codes for all commands. */
export const exitCodes = { done: 0, specIsWrong: 1, differs: 2, cannotDo: 3 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What a command did, as data: `cli.ts` prints it. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly diagnostics: readonly Diagnostic[];
  /** The payload, for standard output. */
  readonly output: string;
  /** What a person may want to know, for standard error; left out with `--quiet`. */
  readonly notes: string;
  /** What kept the job from being done, beside what was found; always printed, for exit code 3. */
  readonly failure?: { readonly message: string; readonly help: string };
}

/** A file that cannot be read is not a wrong spec: the job could not be done. */
export function exitCodeFor(diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter(isError);
  if (errors.length === 0) return exitCodes.done;
  return errors.every((diagnostic) => diagnostic.code === 'OC1001') ? exitCodes.cannotDo : exitCodes.specIsWrong;
}
