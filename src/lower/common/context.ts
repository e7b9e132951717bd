import type { Path } from '../../diagnostics/diagnostic.ts';
import type { DiagnosticSink } from '../../gateway/common/context.ts';
import type { Gateway, Upstream } from '../../gateway/common/gateway.ts';
import type { Capabilities } from '../../nginx/capabilities.ts';
import type { Target } from '../../nginx/targets.ts';
import type { Token } from '../../nginx/token.ts';
import { comment } from '../../nginx/token.ts';

/** What every lowering step needs to know. */
export interface LowerContext {
  readonly gateway: Gateway;
  /** Those that a route leads to, by name, in the order of the gateway. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly target: Target;
  readonly capabilities: Capabilities;
  readonly sink: DiagnosticSink;
}

/** The YAML place of a block for its comment: the file and the path in it, which outlives edits above it. */
export function placeOf(context: LowerContext, path: Path): Token {
  const file = context.sink.spanOf(path, 'key').source.name.split('/').at(-1) ?? '';
  return comment(`${file}:${path.join('.')}`);
}

/** The place of a block that stands there whether or not the spec speaks of it: null when it does not. */
export function placeIfGiven(context: LowerContext, path: Path): Token | null {
  return context.sink.has(path) ? placeOf(context, path) : null;
}

/** Where nginx writes its problems. */
export function errorLogOf(context: LowerContext): string {
  return context.gateway.log.error ?? `${context.target.logDirectory}/error.log`;
}

/** A file to be written: its template and the view that fills it. */
export interface TemplateFile<Template extends string, View extends object> {
  readonly path: string;
  readonly template: Template;
  readonly language: 'nginx' | 'lua' | 'yaml' | 'dockerfile' | 'plain' | 'hcl';
  readonly view: View;
}
