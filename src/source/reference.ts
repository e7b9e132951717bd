/** One `${…}` in the text of a scalar; `start` and `end` are offsets into that text. */
export type Reference = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
} & (
  | { readonly kind: 'env'; readonly name: string; readonly fallback?: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'malformed'; readonly reason: string; readonly help: string }
);

const forms = 'the forms are `${env:NAME}`, `${env:NAME:-default}` and `${file:path}`';

/** Every `${…}` of a text in order, the malformed ones included. A `$` before anything else is only a character. */
export function findReferences(text: string): Reference[] {
  const found: Reference[] = [];
  for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', found.at(-1)?.end)) {
    found.push(readReference(text, start));
  }
  return found;
}

/** Paths end at 4096 bytes on Linux; without a bound, many open references in a large text would cost its square. */
const longestReference = 4200;

function readReference(text: string, start: number): Reference {
  const next = text.indexOf('${', start + 2);
  const part = text.slice(start, Math.min(next === -1 ? text.length : next, start + longestReference));
  const close = part.indexOf('}');
  if (close === -1) return unclosed(part, start);
  const place = { text: part.slice(0, close + 1), start, end: start + close + 1 };
  const inner = part.slice(2, close);

  const env = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inner);
  if (env?.[1] !== undefined) {
    return { ...place, kind: 'env', name: env[1], ...(env[2] !== undefined && { fallback: env[2] }) };
  }
  const path = /^file:(.+)$/s.exec(inner)?.[1];
  if (path !== undefined && !path.includes(':-')) return { ...place, kind: 'file', path };

  return { ...place, kind: 'malformed', reason: `unknown reference ${quote(place.text)}`, help: helpFor(inner) };
}

function unclosed(part: string, start: number): Reference {
  const run = /^\$\{[^\s$}]*/.exec(part)?.[0] ?? '${';
  const reason = `reference ${quote(run)} is not closed`;
  const help = `end it with \`}\`; one reference cannot hold another; ${forms}`;
  return { kind: 'malformed', text: run, start, end: start + run.length, reason, help };
}

function helpFor(inner: string): string {
  if (inner.startsWith('file:')) return `a file reference has a path and no default; ${forms}`;
  if (inner.startsWith('env:')) return `a name is made of letters, digits and \`_\`; ${forms}`;
  const name = /^[A-Z_][A-Z0-9_]*/.exec(inner)?.[0];
  return name ? `did you mean \`\${env:${name}}\`? ${forms}` : forms;
}

/** A reference as messages name it: without its default, which may be a secret, and not too long. */
function quote(text: string): string {
  const named = text.replace(/:?-.*$/s, text.endsWith('}') ? ':-…}' : ':-…');
  return `\`${named.length > 60 ? `${named.slice(0, 59)}…` : named}\``;
}

/** The text that stands for values from outside in messages: the references without their defaults. */
export function originOf(text: string, references: readonly Reference[]): string {
  let origin = '';
  let at = 0;
  for (const found of references) {
    origin += text.slice(at, found.start);
    origin += found.kind === 'env' ? `\${env:${found.name}}` : found.text;
    at = found.end;
  }
  return origin + text.slice(at);
}
