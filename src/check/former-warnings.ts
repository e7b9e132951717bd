import type { DiagnosticCode } from '../diagnostics/codes.ts';

/** Errors that were warnings in earlier versions: specs that have them were built, and `diff` compares with those. */
export const formerWarnings: ReadonlySet<DiagnosticCode> = new Set(['OC3006']);
