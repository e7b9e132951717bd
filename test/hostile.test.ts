import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, isAbsolute, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { prepare } from '../src/commands/prepare.ts';
import { type Compilation, compile } from '../src/compile.ts';
import { isError } from '../src/diagnostics/diagnostic.ts';
import { stubRevocations } from '../src/engine/stub-certificate.ts';
import { type Directive, parseConfig } from '../src/nginx/parse-config.ts';
import { findTarget, type Target } from '../src/nginx/targets.ts';
import type { Artifact } from '../src/render/render-files.ts';
import type { MapNode, PlainValue, ValueNode } from '../src/source/value-node.ts';
import { makeCertificates } from './helpers/certificates.ts';
import { testConfig } from './helpers/nginx.ts';
import { withTemporaryFolder } from './helpers/temporary-folder.ts';
import { accessSpec, vaultSpecs } from './hostile/access-spec.ts';
import { type Field, fieldsOf, ownText, schemaKeys, valueAt, withText } from './hostile/fields.ts';
import { limitsSpec } from './hostile/limits-spec.ts';
import { type LuaToken, luaTokens } from './hostile/lua-tokens.ts';
import { absentKeys, maximalSpec } from './hostile/maximal-spec.ts';
import { routingSpec } from './hostile/routing-spec.ts';
import { flatten, harmlessTwin, hostileTexts } from './hostile/texts.ts';
import { trafficSpec } from './hostile/traffic-spec.ts';

const target = findTarget('debian-12') as Target;
const source = { name: 'openclaw.yaml', text: '', secrets: [] };
const span = { source, start: 0, end: 0 };

/** The spec as if every text had come from the environment, where no YAML stands between it and us. */
function toNode(value: PlainValue): ValueNode {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(toNode), span };
  if (value === null || typeof value !== 'object') {
    return { kind: 'scalar', value: value as string | number | boolean | null, span };
  }
  const entries = Object.entries(value).map(([key, below]) => ({ key, keySpan: span, value: toNode(below) }));
  return { kind: 'map', entries, span };
}

function compileSpec(spec: PlainValue): Compilation {
  return compile({ root: toNode(spec) as MapNode, target });
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
  if (!/^~\\A|^~\(\?:\\A|^\(\?s\)\\A/.test(word)) return false;
  const isMatch = (pattern: string, text: string) =>
    subjectsOf(text).some((subject) => toRegExp(pattern).test(subject));
  return isMatch(word, texts[0]) && isMatch(twin, texts[1]);
}

/** Limits are named for what they count by. */
function withoutContent(word: string): string {
  return word.replaceAll(/_[0-9a-f]{8}(?![0-9a-z])/g, '_');
}

/** Host names are written in lower case. */
function folded(word: string): string {
  return flatten(word).toLowerCase();
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
        .flatMap(({ kind, text: word }) => (kind === 'symbol' ? [] : [withoutHash(flatten(modelOf(word)))]))
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

interface Survivor {
  readonly label: string;
  readonly compilation: Compilation;
}

let known: { readonly field: Field; readonly twins: Map<string, Compilation> } | undefined;

/** Many texts have the same twin. */
function twinOf(field: Field, text: string): Compilation {
  if (known?.field !== field) known = { field, twins: new Map() };
  const twin = known.twins.get(text) ?? compileSpec(withText(field, text));
  expect(twin.diagnostics.filter(isError)).toEqual([]);
  known.twins.set(text, twin);
  return twin;
}

/** Refused with a place in the spec, or written so that only the one text differs from a harmless spec's output. */
function withstand(field: Field, text: string): Survivor | undefined {
  const compilation = compileSpec(withText(field, text));
  const errors = compilation.diagnostics.filter(isError);
  expect(errors.filter(({ code }) => code.startsWith('OC5'))).toEqual([]);
  if (compilation.artifacts === undefined) {
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.every((error) => error.span !== undefined)).toBe(true);
    return undefined;
  }
  expect(errors).toEqual([]);
  const twinText = harmlessTwin(text, ownText(field) + formatOf(field));
  const twin = twinOf(field, twinText);
  const files = compilation.artifacts;
  const twins = twin.artifacts ?? [];
  expect(files.map(({ path }) => flatten(path)).sort()).toEqual(twins.map(({ path }) => flatten(path)).sort());
  files.forEach((file, index) => {
    const other = twins[index];
    if (other === undefined || file.text === other.text) return;
    if (file.path.endsWith('.conf')) compareNginx(file, other, [text, twinText]);
    else if (file.path.endsWith('.lua')) compareLua(file, other);
    else if (file.path === 'docker-compose.yml') compareCompose(file, other);
    else if (/\.(?:hcl|keys|htpasswd)$/.test(file.path)) compareWords(file, other);
    else expect(file.text).toBe(other.text);
  });
  return { label: `${JSON.stringify(text).slice(0, 60)} in ${field.label}`, compilation };
}

/** More that belongs to a field's format: `=/path`, blanks in files, `~` in an argument's name, which sorts it elsewhere. */
function formatOf({ kind, path, name }: Field): string {
  // What sorts behind letters: such names are sorted.
  if (kind === 'key') return name === 'models.*' ? '{|}~' : '~';
  if (/^address_lists\.|\.public_key$/.test(name)) return ' \t\r\n#\u2028\ufeff';
  return path[0] === 'routes' && path.at(-1) === 'path' ? '=' : '';
}

const specs: readonly PlainValue[] = [trafficSpec, accessSpec, routingSpec, limitsSpec, ...vaultSpecs];

/** Each place of the language twice, as in the first and in the second route; `target` is read before all compiling. */
const fields = specs
  .flatMap((spec) => fieldsOf(spec).fields)
  .filter(
    ({ spec, path, name }) => path[0] !== 'target' && (!vaultSpecs.includes(spec) || name.startsWith('vault.auth')),
  )
  .filter((field, index, all) => all.slice(0, index).filter((other) => isAlike(field, other)).length < 2);

function isAlike(one: Field, other: Field): boolean {
  return one.kind === other.kind && one.name === other.name;
}

test('the specs compile and have every key of the language', () => {
  const { keys } = fieldsOf(maximalSpec);
  for (const spec of [maximalSpec, ...specs]) {
    const { artifacts, diagnostics } = compileSpec(spec);
    expect(diagnostics.filter(isError)).toEqual([]);
    expect(artifacts?.length).toBeGreaterThan(20);
  }
  expect(schemaKeys().filter((key) => !keys.has(key))).toEqual(absentKeys);
  expect([...keys].filter((key) => !schemaKeys().includes(key) && !key.endsWith('.*'))).toEqual([]);
});

describe('a hostile text is refused or stays one text', () => {
  test.each(fields.map((field) => [field.label, field] as const))('%s', (_label, field) => {
    const own = ownText(field);
    for (const text of hostileTexts) {
      for (const whole of [text, own + text]) {
        try {
          withstand(field, whole);
        } catch (error) {
          throw new Error(`${JSON.stringify(whole).slice(0, 100)}`, { cause: error });
        }
      }
    }
  });

  test('any text anywhere', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'"\'\\${};#~=%\n\r\t \0/*.-x') }),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...fields), text, fc.nat(2), (field, hostile, place) => {
        const own = ownText(field);
        withstand(field, [hostile, own + hostile, hostile + own][place] ?? '');
      }),
      { numRuns: 1000 },
    );
  });
});

/** One field of each kind of scalar that takes more than letters. */
const openFields = fields.filter(({ label }) =>
  /^(?:server\.response_headers\.X-Frame-Options|routes\.0\.match\.query\.model|routes\.1\.path|routes\.2\.set_path|compose\.backends\.vllm\.command\.1|the key upstreams\.llama)$/.test(
    label,
  ),
);

test('hostile texts that are written in the YAML itself', async () => {
  expect(openFields).toHaveLength(6);
  for (const field of openFields) {
    for (const text of hostileTexts) {
      const yaml = JSON.stringify(withText(field, text));
      const world = { cwd: '/', env: {}, stdin: async () => Buffer.from(yaml) };
      const options = { spec: '-', overlays: [], target: undefined, stdinName: 'openclaw.yaml' };
      const { compilation, diagnostics } = await prepare(options, world);
      expect(diagnostics.some(isError)).toBe(compilation?.artifacts === undefined);
      if (compilation?.artifacts !== undefined) {
        expect(compilation.artifacts).toEqual(compileSpec(withText(field, text)).artifacts);
      }
    }
  }
});

/** What is worth a run of nginx: its own signs, its keywords, and lengths that its hash buckets have to hold. */
function nginxTexts(field: Field): readonly string[] {
  const own = ownText(field);
  const signs = ['"; } evil; #', '${x}$host', '~(\\z|.*', "{}'\\", '[#', '😀é\u202e', '/;{}$"', ' '];
  const words = ['default', 'hostnames', 'volatile', 'include', 'off', ''];
  const label = 'l'.repeat(45);
  const host = `${label}.${label}.${label}.${label}.${label}`;
  const long = ['a'.repeat(63), 'a'.repeat(100), host, `*.${host.slice(2)}`, `${host}.${label}`, 'a'.repeat(1800)];
  return [...signs, ...signs.map((text) => own + text), ...words, ...(/certificate|ca$/.test(field.label) ? [] : long)];
}

test('nginx accepts what survives', async () => {
  // Not the files that nginx would write to: `-t` opens them.
  const tried = fields.filter(({ kind, spec, path }) => {
    const isText = kind === 'key' || typeof valueAt(spec, path) === 'string';
    return isText && path[0] !== 'log' && path[0] !== 'process';
  });
  const survivors = tried.flatMap((field) => {
    const found = nginxTexts(field).flatMap((text) => withstand(field, text) ?? []);
    return found.length < 2 ? found : [...found.slice(0, 1), ...found.slice(-1)];
  });
  expect(survivors.length).toBeGreaterThan(40);
  const certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.example.com']));
  for (const { label, compilation } of survivors) {
    await withTemporaryFolder(async (folder) => {
      const { ok, output } = await askNginx(compilation, folder, certificates);
      expect(ok, `${label}\n${output}`).toBe(true);
    });
  }
}, 600_000);

async function askNginx(
  { artifacts = [], gateway }: Compilation,
  folder: string,
  certificates: Awaited<ReturnType<typeof makeCertificates>>,
) {
  for (const { path, text } of artifacts) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // nginx reads all authorities of the system once for each location, which takes longer than all the rest.
    await writeFile(join(folder, path), text.replaceAll('/etc/ssl/certs/ca-certificates.crt', 'authority.pem'));
  }
  const leaf = certificates.leaves['ai.example.com'];
  const files: Record<string, string> = { 'authority.pem': certificates.ca.cert };
  const { tls } = gateway?.server ?? { tls: null };
  if (tls !== null && leaf !== undefined) {
    files[tls.certificate] = leaf.cert;
    files[tls.certificateKey] = leaf.key;
  }
  for (const upstream of gateway?.upstreams ?? []) if (upstream.tls?.ca) files[upstream.tls.ca] = certificates.ca.cert;
  for (const { ca, crl } of gateway?.clientCertificates ?? []) {
    files[ca] = certificates.ca.cert;
    if (crl !== null) files[crl] = stubRevocations;
  }
  const { log, process: settings } = gateway ?? {};
  for (const place of [log?.access, log?.error, settings?.pid, `${settings?.temporaryDirectory}/_`]) {
    if (typeof place === 'string' && !isAbsolute(place)) files[join(dirname(place), '.keep')] = '';
  }
  const hosts = (gateway?.upstreams ?? []).flatMap(({ servers }) => servers.map(({ host }) => host));
  const names = hosts.filter((host) => !isAbsolute(host) && isIP(host) === 0);
  return testConfig({
    release: '1.22',
    folder,
    files,
    hosts: Object.fromEntries(names.map((name) => [name, '127.0.0.2'])),
    env: { OPENAI_API_KEY: 'a', GEMINI_API_KEY: 'b' },
  });
}
