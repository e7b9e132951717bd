import { compareText } from '../compare-text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source-file.ts';

/** By file, place, severity and code; what is said twice about one place stays once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const distinct = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const key = identityOf(diagnostic);
    if (!distinct.has(key)) distinct.set(key, diagnostic);
  }
  return [...distinct.values()].sort(compare);
}

function identityOf({ span, related, ...rest }: Diagnostic): string {
  const { code, severity, message, help, path } = rest;
  const places = related.map((place) => [place.message, placeOf(place.span)]);
  return JSON.stringify([placeOf(span), code, severity, message, help, path, places]);
}

function placeOf(span: Span | undefined): readonly unknown[] {
  return span ? [span.source.name, span.start, span.end] : [];
}

/** Those without a place come first: they are about the whole. */
function compare(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.span?.source.name ?? '', b.span?.source.name ?? '') ||
    (a.span?.start ?? -1) - (b.span?.start ?? -1) ||
    (a.span?.end ?? -1) - (b.span?.end ?? -1) ||
    compareText(a.severity, b.severity) ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}
