/**
 * The only things that templates can print. A token knows the text to write and, for nginx, the text that nginx must
 * read back, so that the built-in check can compare them. Quoting happens here and nowhere else.
 */
export type TokenKind = 'nginx' | 'comment' | 'lua' | 'yaml' | 'dockerfile' | 'plain' | 'hcl';

/** Longest parameter that nginx reads from a file is one 4096-byte buffer; ours stay clear of it. */
export const longestToken = 4000;

export class Token {
  readonly kind: TokenKind;
  /** As it stands in the file. */
  readonly written: string;
  /** As nginx reads it; for other kinds the same as `written`. */
  readonly reads: string;

  constructor(kind: TokenKind, written: string, reads: string) {
    this.kind = kind;
    this.written = written;
    this.reads = reads;
  }
}

/** Words of these characters, and plain variables, mean the same bare and quoted: left bare for the reader's sake. */
const bareWord = /^(?:[A-Za-z0-9_./:@%+,=~^*|!?&-]|\$[a-z0-9_]+|\$\{[a-z0-9_]+\})+$/;
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const nginxEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function nginxWord(reads: string): Token {
  if (control.test(reads)) throw new RangeError('control character in an nginx word');
  if (bareWord.test(reads)) return new Token('nginx', reads, reads);
  return new Token('nginx', `"${reads.replace(/[\\"\n\r\t]/g, (found) => nginxEscapes[found] ?? found)}"`, reads);
}

/** A value for a directive that does not expand variables, such as `server_name` or a zone name. */
export function text(value: string): Token {
  return nginxWord(value);
}

export type ExpressionPart = { readonly literal: string } | { readonly variable: string };

/** A variable's name as openclaw may print it; users never write one. */
const variableName = /^[a-z][a-z0-9_]*$/;

/** `$` cannot be escaped in nginx; `geo $openclaw_dollar { default "$"; }` stands for it. */
const dollar = '${openclaw_dollar}';

/** A value for a directive that expands variables: literals are kept literal, variables are ours. */
export function expression(parts: readonly ExpressionPart[]): Token {
  return nginxWord(
    parts
      .map((part, index) => {
        if ('literal' in part) return part.literal.replaceAll('$', dollar);
        if (!variableName.test(part.variable)) throw new RangeError('not a variable name');
        const next = parts[index + 1];
        const needsBraces = next !== undefined && 'literal' in next && /^[A-Za-z0-9_]/.test(next.literal);
        return needsBraces ? `\${${part.variable}}` : `$${part.variable}`;
      })
      .join(''),
  );
}

/** A constant for a directive that expands variables. */
export function literal(value: string): Token {
  return expression([{ literal: value }]);
}

export function variable(name: string): Token {
  return expression([{ variable: name }]);
}

/** Writes a literal so that PCRE matches exactly it. */
export function escapeRegex(value: string): string {
  return value.replace(/[^A-Za-z0-9_/-]/gu, (found) =>
    /[\p{L}\p{N}]/u.test(found) ? found : found === ' ' ? '\\x20' : `\\${found}`,
  );
}

/** A regular expression of ours, with literals passed through `escapeRegex`; never a user's text. */
export function regex(source: string): Token {
  return nginxWord(source);
}

/** A `map` key that is a regular expression, case-sensitive. */
export function mapRegex(source: string): Token {
  return nginxWord(`~${regex(source).reads}`);
}

const mapKeywords = new Set(['default', 'hostnames', 'include', 'volatile']);

/** A `map` key that is a plain string. nginx compares these ignoring case. */
export function mapKey(value: string): Token {
  const needsEscape = value.startsWith('~') || value.startsWith('\\') || mapKeywords.has(value);
  return nginxWord(needsEscape ? `\\${value}` : value);
}

export function number(value: number): Token {
  if (!Number.isSafeInteger(value)) throw new RangeError('not a whole number');
  return nginxWord(String(value));
}

/** `weight=5`, `zone=name:1m`: a parameter whose value cannot contain anything that nginx would split. */
export function parameter(name: string, value: string | number): Token {
  return nginxWord(`${name}=${value}`);
}

/** Milliseconds as nginx writes a time: the largest unit without a remainder. */
export function duration(milliseconds: number): Token {
  return nginxWord(durationText(milliseconds));
}

export function durationText(milliseconds: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const;
  if (milliseconds === 0) return '0';
  for (const [unit, size] of units) if (milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  return `${milliseconds}ms`;
}

/** Bytes as nginx writes a size. */
export function size(bytes: number): Token {
  return nginxWord(sizeText(bytes));
}

export function sizeText(bytes: number): string {
  if (bytes !== 0 && bytes % 1_073_741_824 === 0) return `${bytes / 1_073_741_824}g`;
  if (bytes !== 0 && bytes % 1_048_576 === 0) return `${bytes / 1_048_576}m`;
  if (bytes !== 0 && bytes % 1024 === 0) return `${bytes / 1024}k`;
  return String(bytes);
}

/** Text for a comment. Comments are an injection point: anything outside the safe set becomes `-`. */
export function comment(value: string): Token {
  const safe = value.replace(/[^A-Za-z0-9_.:/-]/g, '-').slice(0, 200);
  return new Token('comment', safe, safe);
}

/** A Lua string literal, in decimal escapes where a byte is not plain. */
export function luaString(value: string): Token {
  const escaped = [...Buffer.from(value, 'utf8')]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\${String(byte).padStart(3, '0')}`,
    )
    .join('');
  return new Token('lua', `"${escaped}"`, `"${escaped}"`);
}

/** A whole number, or seconds that have milliseconds. */
export function luaNumber(value: number): Token {
  const thousandths = Math.round(value * 1000);
  if (!Number.isSafeInteger(value) && (!Number.isSafeInteger(thousandths) || thousandths / 1000 !== value))
    throw new RangeError('not a number of thousandths');
  return new Token('lua', String(value), String(value));
}

/** A YAML double-quoted scalar; JSON strings are a subset of those. Compose also expands `$`, which `$$` escapes. */
export function yamlString(value: string): Token {
  const written = JSON.stringify(value.replaceAll('$', '$$$$')).replace(/[\u007f-\u{10ffff}]/gu, unicodeEscape);
  return new Token('yaml', written, written);
}

/** YAML, Go and HCL have no surrogate pairs; characters beyond the first 65536 have an escape of eight digits. */
function unicodeEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A word of a Dockerfile; only our own tables end up there. */
export function dockerfileWord(value: string): Token {
  if (!/^[A-Za-z0-9_./:@=-]+$/.test(value)) throw new RangeError('not a Dockerfile word');
  return new Token('dockerfile', value, value);
}

/**
 * A string of HCL. Vault and OpenBao read it with HCL 1 (github.com/hashicorp/hcl, hcl/strconv/quote.go), which copies
 * what stands in `${…}` as it is and knows no `$${`; HCL 2 interpolates. An escaped dollar is a dollar to both.
 */
export function hclString(value: string): Token {
  const escaped = value.replace(/[\\"\n\r\t]|[$%]+(?=\{)|[^ -~]/gu, (found) =>
    [...found].map((character) => nginxEscapes[character] ?? unicodeEscape(character)).join(''),
  );
  return new Token('hcl', `"${escaped}"`, `"${escaped}"`);
}

/** A word of a file that is read line by line and word by word: key files and password files. */
export function plainWord(value: string): Token {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new RangeError('not a plain word');
  return new Token('plain', value, value);
}

export type LuaValue = string | number | boolean | null | readonly LuaValue[] | { readonly [key: string]: LuaValue };

/** A Lua table constructor over several lines; null leaves a key out. */
export function luaData(value: LuaValue): Token {
  const written = writeLua(value, '');
  return new Token('lua', written, written);
}

/** Tables up to this long stand on one line. */
const shortTable = 100;

function writeLua(value: LuaValue, indent: string): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return luaString(value).written;
  if (typeof value === 'number') return luaNumber(value).written;
  if (typeof value === 'boolean') return String(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item: LuaValue) => writeLua(item, inner))
    : Object.entries(value).flatMap(([key, item]) =>
        item === null
          ? []
          : [
              `${/^[a-z_][a-z0-9_]*$/.test(key) && !luaWords.has(key) ? key : `[${luaString(key).written}]`} = ${writeLua(item, inner)}`,
            ],
      );
  if (items.length === 0) return '{}';
  const line = `{ ${items.join(', ')} }`;
  if (line.length + indent.length <= shortTable && !line.includes('\n')) return line;
  return `{\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}}`;
}

const luaWords = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);
