import type { DiagnosticCode } from './codes.ts';
import type { Span } from './source-file.ts';

export type Severity = 'error' | 'warning';

/** A path through the spec, as in `['routes', 0, 'upstream']`. */
export type Path = readonly (string | number)[];

/** A further place that helps to understand the first, such as the earlier definition of a duplicate. */
export interface Related {
  readonly message: string;
  readonly span?: Span;
}

/**
 * One thing that a person should know about their spec. Data only: `report/` decides how it looks.
 * Message grammar: lower case, no full stop, names in backticks, what was found and what is allowed.
 */
export interface Diagnostic {
  /** Stable; docs/errors.md explains each. */
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
  readonly span?: Span;
  readonly path?: Path;
  readonly related: readonly Related[];
}

/** What every stage returns; `value` is absent only when nothing useful could be made. */
export interface Outcome<Value> {
  readonly value?: Value;
  readonly diagnostics: readonly Diagnostic[];
}

export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}
