import type { Diagnostic, Related } from '../diagnostics/diagnostic.ts';
import { type Position, positionAt, type Span } from '../diagnostics/source-file.ts';
import { maskSecretShapes } from '../source/secret-shapes.ts';
import { tally } from './tally.ts';

/**
 * For programs. Lines and columns count from 1, columns in UTF-16 units; ranges are half-open. Additions keep
 * `formatVersion`; anything else raises it.
 */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  const { errors, warnings } = tally(diagnostics);
  const report = {
    formatVersion: 1,
    valid: errors === 0,
    errorCount: errors,
    warningCount: warnings,
    diagnostics: diagnostics.map(diagnosticData),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function diagnosticData({ code, severity, message, help, span, path, related }: Diagnostic) {
  return {
    code,
    severity,
    message: maskSecretShapes(message),
    ...(help !== undefined && { help: maskSecretShapes(help) }),
    ...placeData(span),
    ...(path && { path: path.map((step) => (typeof step === 'string' ? maskSecretShapes(step) : step)) }),
    related: related.map(relatedData),
  };
}

function relatedData({ message, span }: Related) {
  return { message: maskSecretShapes(message), ...placeData(span) };
}

function placeData(span: Span | undefined): {
  file?: string;
  range?: { readonly start: Position; readonly end: Position };
} {
  if (!span) return {};
  const { source, start, end } = span;
  if (source.text === '') return { file: source.name };
  return { file: source.name, range: { start: positionAt(source, start), end: positionAt(source, end) } };
}
