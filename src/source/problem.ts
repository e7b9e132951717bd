import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic, Path, Related } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../diagnostics/source-file.ts';

export interface ProblemDetails {
  readonly help?: string | undefined;
  readonly path?: Path;
  readonly related?: readonly Related[];
}

/** An error of this stage. */
export function problem(code: DiagnosticCode, span: Span, message: string, details: ProblemDetails = {}): Diagnostic {
  const { help, path, related = [] } = details;
  return { code, severity: 'error', message, ...(help && { help }), span, ...(path && { path }), related };
}

/** The place of a file whose text is not known, because it could not be read. */
export function unreadPlace(name: string): Span {
  const source: SourceFile = { name, text: '', secrets: [] };
  return { source, start: 0, end: 0 };
}
