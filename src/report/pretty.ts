import { Chalk } from 'chalk';
import type { Diagnostic, Related } from '../diagnostics/diagnostic.ts';
import { codeFrame } from '../diagnostics/frame.ts';
import { positionAt, type Span } from '../diagnostics/source-file.ts';
import { visibleText } from '../diagnostics/visible-text.ts';
import { maskSecretShapes } from '../source/secret-shapes.ts';
import { tally } from './tally.ts';

type Paint = (text: string) => string;

interface Palette {
  readonly error: Paint;
  readonly warning: Paint;
  readonly note: Paint;
  readonly dim: Paint;
  readonly strong: Paint;
}

/** For people: each diagnostic with the line it is about, and a last line that counts. */
export function renderPretty(diagnostics: readonly Diagnostic[], { color }: { readonly color: boolean }): string {
  if (diagnostics.length === 0) return '';
  const palette = paletteFor(color);
  const blocks = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, palette).join('\n'));
  return `${blocks.join('\n\n')}\n\n${renderTally(diagnostics, palette)}\n`;
}

function paletteFor(color: boolean): Palette {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    error: chalk.bold.red,
    warning: chalk.bold.yellow,
    note: chalk.bold.cyan,
    dim: chalk.blue,
    strong: chalk.bold,
  };
}

function renderDiagnostic(diagnostic: Diagnostic, palette: Palette): string[] {
  const { code, severity, message, help, span, related } = diagnostic;
  const margin = ' '.repeat(marginOf(span));
  const lines = [`${palette[severity](`${severity}[${code}]`)}${palette.strong(`: ${printable(message)}`)}`];
  if (span) lines.push(...renderPlace(span, palette, '^', palette[severity]));
  if (help !== undefined) {
    lines.push(`${palette.dim(`${margin} =`)} ${palette.note('help:')} ${printable(help)}`);
  }
  for (const place of related) lines.push(...renderRelated(place, palette));
  return lines;
}

function renderRelated({ message, span }: Related, palette: Palette): string[] {
  const note = `${palette.note('note:')} ${printable(message)}`;
  return span ? [note, ...renderPlace(span, palette, '-', palette.note)] : [note];
}

function renderPlace(span: Span, palette: Palette, mark: '^' | '-', paintMark: Paint): string[] {
  const name = printable(span.source.name);
  if (span.source.text === '') return [` ${palette.dim('-->')} ${name}`];
  const { line, column } = positionAt(span.source, span.start);
  const arrow = palette.dim(`${' '.repeat(marginOf(span))}-->`);
  const frame = codeFrame(span, { mark, paintGutter: palette.dim, paintMark });
  return [`${arrow} ${name}:${line}:${column}`, ...frame];
}

/** As wide as the line number, so that arrows, gutters and help stand below each other. */
function marginOf(span: Span | undefined): number {
  return span && span.source.text !== '' ? String(positionAt(span.source, span.start).line).length : 1;
}

function printable(text: string): string {
  return visibleText(maskSecretShapes(text));
}

function renderTally(diagnostics: readonly Diagnostic[], palette: Palette): string {
  const { errors, warnings } = tally(diagnostics);
  const parts: string[] = [];
  if (errors > 0) parts.push(palette.error(count(errors, 'error')));
  if (warnings > 0) parts.push(palette.warning(count(warnings, 'warning')));
  return parts.join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
