import type { Directive } from './parse-config.ts';

export interface LocationMatch {
  readonly kind: 'prefix' | 'exact' | 'regex' | 'named';
  readonly path: string;
}

/** How a `location` matches, or null when its modifier is none; ngx_http_core_location() in ngx_http_core_module.c. */
export function readLocation(directive: Directive): LocationMatch | null {
  const [first, second] = directive.args;
  const text = first?.text ?? '';
  if (second !== undefined) {
    const kind = modifiers[text];
    return kind === undefined ? null : { kind, path: second.text };
  }
  if (text.startsWith('=')) return { kind: 'exact', path: text.slice(1) };
  if (text.startsWith('^~')) return { kind: 'prefix', path: text.slice(2) };
  if (text.startsWith('~')) return { kind: 'regex', path: text.slice(text.startsWith('~*') ? 2 : 1) };
  return { kind: text.startsWith('@') ? 'named' : 'prefix', path: text };
}

const modifiers: Readonly<Record<string, LocationMatch['kind']>> = {
  '=': 'exact',
  '^~': 'prefix',
  '~': 'regex',
  '~*': 'regex',
};

/** What nginx would refuse about a `location` and the one around it, as a message, or null. */
export function findLocationProblem(directive: Directive, parent: Directive | null): string | null {
  const match = readLocation(directive);
  if (match === null) return `invalid location modifier \`${directive.args[0]?.text ?? ''}\``;
  const around = parent === null ? null : readLocation(parent);
  if (around === null) return null;
  const name = `location \`${match.path}\``;
  if (around.kind === 'exact' || around.kind === 'named') {
    return `${name} cannot be inside the ${around.kind} location \`${around.path}\``;
  }
  if (match.kind === 'named') return `named ${name} can be on the server level only`;
  if (match.kind !== 'regex' && !match.path.startsWith(around.path)) {
    return `${name} is outside location \`${around.path}\``;
  }
  return null;
}
