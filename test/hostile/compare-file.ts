import { expect } from 'vitest';
import { parse } from 'yaml';
import { type Directive, parseConfig } from '../../src/nginx/parse-config.ts';
import type { Artifact } from '../../src/render/render-files.ts';
import { type LuaToken, luaTokens } from './lua-tokens.ts';
import { flatten } from './texts.ts';

/** Expects a file to differ from its harmless twin only where the one has the hostile text and the other the harmless. */
export function compareFile(file: Artifact, other: Artifact, texts: readonly [string, string]): void {
  if (file.path.endsWith('.conf')) compareNginx(file, other, texts);
  else if (file.path.endsWith('.lua')) compareLua(file, other);
  else if (file.path === 'docker-compose.yml') compareCompose(file, other);
  else if (/\.(?:hcl|keys|htpasswd)$/.test(file.path)) compareWords(file, other);
  else expect(file.text).toBe(other.text);
}

/** Names, numbers of words and blocks. */
function shapeOf(directives: readonly Directive[]): readonly unknown[] {
  return directives.map(({ args, block }) => [args.length, block && shapeOf(block)]);
}

function wordsOf(directives: readonly Directive[]): readonly string[] {
  return directives.flatMap(({ name, args, block }) => [
    name.text,
    ...args.map((word) => word.text),
    ...(block === null ? [] : wordsOf(block)),
  ]);
}

/** Whether two words differ only in the text that was given; regular expressions are tested by what they match. */
function areTwins(word: string, twin: string, texts: readonly [string, string]): boolean {
  const readings = [word, word.replaceAll('${openclaw_dollar}', '$'), word.replace(/^\\/, '')];
  if (readings.some((reading) => withoutContent(folded(reading)) === withoutContent(folded(twin)))) return true;
  if (word.startsWith('~(?i)(?(DEFINE)')) return readsOnce(word, texts[0]) && readsOnce(twin, texts[1]);
  if (word.startsWith('~(?i)\\A(?:(?:/|')) return isLikePath(word, texts[0]) && isLikePath(twin, texts[1]);
  if (!/^~\\A|^~\(\?:\\A|^\(\?s\)\\A/.test(word)) return false;
  const isMatch = (pattern: string, text: string) =>
    subjectsOf(text).some((subject) => toRegExp(pattern).test(subject));
  return isMatch(word, texts[0]) && isMatch(twin, texts[1]);
}

/** Limits are named for what they count by. */
function withoutContent(word: string): string {
  const plain = word.replaceAll(/_[0-9a-f]{8}(?![0-9a-z])/g, '');
  return plain.includes('openclaw_') ? plain.replaceAll(/_+/g, '_') : plain;
}

/** Host names are written in lower case. */
function folded(word: string): string {
  return flatten(word).toLowerCase();
}

/** Whether an expression finds the path behind a segment of parameters. */
function isLikePath(pattern: string, text: string): boolean {
  const expression = new RegExp(toRegExp(withoutPossession(pattern.replace('(?i)', ''))), 'is');
  return expression.test(`/;x${text.replace(/^=/, '')}`);
}

/** JavaScript has no possessive repetition, which differs in speed alone. */
function withoutPossession(pattern: string): string {
  return pattern.replace(/(?<=[)\]][*?])\+/g, '');
}

/** Whether an expression lets the text be the name of an argument, but not of two. */
function readsOnce(pattern: string, text: string): boolean {
  const [, name = '', rest = ''] = /^~\(\?i\)\(\?\(DEFINE\)\(\?<openclaw_name>(.*?)\)\)(\\A.*)$/s.exec(pattern) ?? [];
  const plain = withoutPossession(rest.replaceAll('(?&openclaw_name)', name).replaceAll('(?-i:', '(?:'));
  const expression = new RegExp(toRegExp(plain), 'is');
  const once = `${encodeURIComponent(text)}=x`;
  return expression.test(once) && !expression.test(`${once}&y&${once}`);
}

/** PCRE's `\A` and `\z` are the only parts of our expressions that JavaScript writes in another way. */
function toRegExp(pattern: string): RegExp {
  const anchored = pattern.replace(/^~|\(\?s\)/g, '').replace('\\A', '^');
  return new RegExp(anchored.replace(/(?<!\\)((?:\\\\)*)\\z/g, '$1$'), 's');
}

/** What a request could carry that has the text as a header, a path prefix, an argument or an argument's name. */
function subjectsOf(text: string): readonly string[] {
  const encoded = encodeURIComponent(text);
  const named = ['model', 'debug', 'user[id]'].map((name) => `${name}=${encoded}`);
  const valued = ['llama', '7', ''].map((value) => `${encoded}=${value}`);
  return [text, `${text}/rest`, ...named, ...valued, encoded];
}

function compareNginx(given: Artifact, twin: Artifact, texts: readonly [string, string]): void {
  const [mine, other] = [given, twin].map(({ path, text }) => parseConfig({ file: path, text }));
  expect(mine?.problems).toEqual([]);
  expect(shapeOf(mine?.directives ?? [])).toEqual(shapeOf(other?.directives ?? []));
  const words = wordsOf(mine?.directives ?? []);
  const twins = wordsOf(other?.directives ?? []);
  words.forEach((word, index) => {
    if (!areTwins(word, twins[index] ?? '', texts)) expect(word).toBe(twins[index]);
  });
  expect(mine?.comments.map(({ text }) => folded(text))).toEqual(other?.comments.map(({ text }) => folded(text)));
  for (const { text } of mine?.comments ?? []) expect(text).toMatch(/^[ -~]*$/);
}

/** The same shape of the same words: lists are sorted, long ones are broken into lines, and a comma is put behind. */
function compareLua(given: Artifact, twin: Artifact): void {
  const [mine, other] = [given, twin].map(({ text }) => {
    const tokens = luaTokens(text).filter(
      (token, index, all) => !isSymbol(token, ',') || !isSymbol(all[index + 1], '}'),
    );
    return {
      shape: tokens.map(({ kind, text: word }) => (kind === 'symbol' ? word : kind)),
      words: tokens
        .flatMap(({ kind, text: word }) =>
          kind === 'symbol' ? [] : [withoutContent(withoutHash(flatten(modelOf(word))))],
        )
        .sort(),
    };
  });
  expect(mine).toEqual(other);
}

/** The body of a probe escapes as JSON does. */
function modelOf(word: string): string {
  return word.startsWith('{"model":') ? (JSON.parse(word) as { model: string }).model : word;
}

function isSymbol(token: LuaToken | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

/** What is named after a secret in Vault ends with a hash of its name. */
function withoutHash(word: string): string {
  return word.replace(/-[0-9a-f]{12}$/, '');
}

function compareCompose(given: Artifact, twin: Artifact): void {
  const flat = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(flat);
    if (value === null || typeof value !== 'object')
      return typeof value === 'string' ? withoutHash(flatten(value.replaceAll('$$', '$'))) : value;
    return Object.fromEntries(Object.entries(value).map(([key, below]) => [flatten(key), flat(below)]));
  };
  expect(flat(parse(given.text))).toEqual(flat(parse(twin.text)));
}

/** Lines of words, of which some are in quotes; lists in them are sorted. */
function compareWords(given: Artifact, twin: Artifact): void {
  const [mine, other] = [given, twin].map(({ text }) =>
    text.split('\n').map((line) => {
      const words = line.match(/"(?:[^"\\]|\\.)*"|[^\s",=]+/g) ?? [];
      return words.map((word) => withoutHash(folded(unquoted(word)))).sort();
    }),
  );
  expect(mine).toEqual(other);
}

/** HCL escapes as Go does, and doubles the signs of its templates. */
function unquoted(word: string): string {
  if (!word.startsWith('"')) return word;
  return word
    .slice(1, -1)
    .replace(/\\(?:u(.{4})|U(.{8})|(.))/g, (_whole, short?: string, long?: string, plain?: string) =>
      plain === undefined ? String.fromCodePoint(Number.parseInt(short ?? long ?? '', 16)) : plain,
    )
    .replace(/([$%])\1(?=\{)/g, '$1');
}
