import { execFileSync } from 'node:child_process';
import { parse } from 'node:querystring';

/** The values of one argument as some server reads them, in order; no value and an empty one are the same. */
type QueryReader = (query: string, name: string) => readonly string[];

/** How servers read query strings; Python's own are asked at once, with `readInPython`. */
export const queryReaders: Readonly<Record<string, QueryReader>> = {
  whatwg: (query, name) => new URLSearchParams(query).getAll(name),
  // Rack before 3, Python before 3.9.2 and Perl's CGI separate by `;` too.
  semicolons: (query, name) => new URLSearchParams(query.replaceAll(';', '&')).getAll(name),
  node: (query, name) => [parse(query)[name] ?? []].flat(),
  php: (query, name) => valuesOf(query, name, phpName),
  // Go's net/url drops what has a `;`.
  go: (query, name) =>
    new URLSearchParams(
      split(query, /&/)
        .filter((part) => !part.includes(';'))
        .join('&'),
    ).getAll(name),
  // Rack and qs: brackets make arrays and objects of a name.
  nested: (query, name) => valuesOf(query, name, (given) => given.replace(/^[[\]]*/, '').replace(/[[\].].*$/s, '')),
  aspNet: (query, name) => valuesOf(query, name.toLowerCase(), (given) => given.toLowerCase()),
  trimming: (query, name) => valuesOf(query, name, (given) => given.trim()),
  cStrings: (query, name) =>
    valuesOf(query, name, (given) => given.replace(/\0.*$/s, '')).map((value) => value.replace(/\0.*$/s, '')),
  twice: (query, name) => valuesOf(query, name, decode),
};

function split(query: string, by: RegExp): readonly string[] {
  return query.split(by).filter((part) => part !== '');
}

function valuesOf(query: string, name: string, read: (given: string) => string): readonly string[] {
  return split(query, /&/).flatMap((part) => {
    const at = part.indexOf('=');
    const given = decode(at === -1 ? part : part.slice(0, at));
    return read(given) === name ? [decode(at === -1 ? '' : part.slice(at + 1))] : [];
  });
}

/** Escapes that are none stay as they are, as with most servers. */
function decode(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** php_register_variable_ex: blanks before a name go, ` ` and `.` become `_`, `[` begins an index. */
function phpName(given: string): string {
  const [name = ''] = given.replace(/\0.*$/s, '').replace(/^ +/, '').split('[');
  return name.replace(/[ .]/g, '_');
}

const program = `
import json, sys, urllib.parse
queries, name = json.load(sys.stdin)
read = lambda query: urllib.parse.parse_qs(query, keep_blank_values=True).get(name, [])
print(json.dumps([read(query) for query in queries]))
`;

/** What Python's urllib finds of an argument in each of several query strings. */
export function readInPython(queries: readonly string[], name: string): readonly (readonly string[])[] {
  return JSON.parse(
    execFileSync('python3', ['-c', program], { input: JSON.stringify([queries, name]), encoding: 'utf8' }),
  ) as string[][];
}
