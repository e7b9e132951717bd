import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { positionAt, type Span } from '../diagnostics/source-file.ts';
import { visibleText } from '../diagnostics/visible-text.ts';
import { maskSecretShapes } from '../source/secret-shapes.ts';

/**
 * Workflow commands, which GitHub Actions shows beside the lines of a pull request:
 * docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${command(diagnostic)}\n`).join('');
}

function command({ code, severity, message, help, span }: Diagnostic): string {
  const properties = [...placeProperties(span), `title=${code}`].join(',');
  const text = help === undefined ? printable(message) : `${printable(message)}\nhelp: ${printable(help)}`;
  return `::${severity} ${properties}::${escapeData(text)}`;
}

function placeProperties(span: Span | undefined): string[] {
  if (!span) return [];
  const { source } = span;
  const file = `file=${escapeProperty(printable(source.name))}`;
  if (source.text === '') return [file];
  const start = positionAt(source, span.start);
  const end = positionAt(source, span.end);
  // The Checks API refuses columns of an annotation that spans several lines.
  if (start.line !== end.line) return [file, `line=${start.line}`, `endLine=${end.line}`];
  return [file, `line=${start.line}`, `col=${start.column}`, `endLine=${end.line}`, `endColumn=${end.column}`];
}

function printable(text: string): string {
  return visibleText(maskSecretShapes(text));
}

/** As `escapeData` of @actions/core does, in this order. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
