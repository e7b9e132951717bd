import type { CommandResult } from '../command-result.ts';
import { exitCodes } from '../command-result.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Span } from '../diagnostics/source-file.ts';

/** Why an edit is not made. With a place it becomes a diagnostic. */
export interface Problem {
  /** `wrong`: ask for something else. `impossible`: this tool cannot do it. */
  readonly kind: 'wrong' | 'impossible';
  readonly message: string;
  readonly help: string;
  readonly at?: { readonly code: DiagnosticCode; readonly span: Span };
}

export type Attempt<Value> = { readonly value: Value } | { readonly problem: Problem };

export function problemResult({ kind, message, help, at }: Problem): CommandResult {
  const exitCode = kind === 'wrong' ? exitCodes.specIsWrong : exitCodes.cannotDo;
  const silent = { exitCode, output: '', notes: '' };
  if (at === undefined) return { ...silent, diagnostics: [], failure: { message, help } };
  return { ...silent, diagnostics: [{ ...at, severity: 'error', message, help, related: [] }] };
}
