import type { DiagnosticCode } from '../../diagnostics/codes.ts';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/source-file.ts';
import type { MapNode } from '../../source/value-node.ts';
import { locate } from '../../source/value-node.ts';

/** Collects what stages after the source find, at places that they name by path. */
export interface DiagnosticSink {
  readonly diagnostics: readonly Diagnostic[];
  error(code: DiagnosticCode, path: Path, text: DiagnosticText): void;
  warning(code: DiagnosticCode, path: Path, text: DiagnosticText): void;
  /** Where a path was written; the key's place when `part` says so. */
  spanOf(path: Path, part?: 'key' | 'value'): Span;
  /** Whether the spec says anything at this path. */
  has(path: Path): boolean;
}

export interface DiagnosticText {
  readonly message: string;
  readonly help?: string | undefined;
  /** Point at the key rather than the value. */
  readonly part?: 'key' | 'value';
  readonly related?: readonly { readonly message: string; readonly path: Path; readonly part?: 'key' | 'value' }[];
}

export function createSink(root: MapNode): DiagnosticSink {
  const diagnostics: Diagnostic[] = [];
  const spanOf = (path: Path, part: 'key' | 'value' = 'value'): Span => {
    const { node, keySpan, found } = locate(root, path);
    if ((part === 'key' || !found) && keySpan !== undefined) return keySpan;
    return firstLineOf(node.span);
  };
  const add = (severity: Diagnostic['severity'], code: DiagnosticCode, path: Path, text: DiagnosticText): void => {
    diagnostics.push({
      code,
      severity,
      message: text.message,
      ...(text.help !== undefined && { help: text.help }),
      span: spanOf(path, text.part),
      path,
      related: (text.related ?? []).map((related) => ({
        message: related.message,
        span: spanOf(related.path, related.part),
      })),
    });
  };
  return {
    diagnostics,
    error: (code, path, text) => add('error', code, path, text),
    warning: (code, path, text) => add('warning', code, path, text),
    spanOf,
    has: (path) => locate(root, path).found,
  };
}

/** A mapping or list that spans many lines is pointed at by its first. */
function firstLineOf(span: Span): Span {
  const newline = span.source.text.indexOf('\n', span.start);
  return newline === -1 || newline >= span.end ? span : { ...span, end: newline };
}
