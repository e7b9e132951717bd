import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Diagnostic, isError } from '../../src/diagnostics/diagnostic.ts';
import { positionAt, type Span } from '../../src/diagnostics/source-file.ts';
import { type LoadSourceOptions, loadSource } from '../../src/source/load-source.ts';
import { reasonOf } from '../../src/source/read-text.ts';
import { entryOf, locate, type MapNode, type ScalarNode, toPlain } from '../../src/source/value-node.ts';

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'openclaw-source-'));
});

afterEach(async () => {
  await rm(cwd, { recursive: true });
});

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), content);
  }
}

async function load(options: Partial<LoadSourceOptions> = {}) {
  return loadSource({ file: 'openclaw.yaml', overlays: [], cwd, env: {}, ...options });
}

/** `code file:line:column "text": message`. */
function told({ code, message, span }: Diagnostic): string {
  return `${code} ${placeOf(span)}: ${message}`;
}

function placeOf(span: Span | undefined): string {
  if (!span) return 'nowhere';
  const { line, column } = positionAt(span.source, span.start);
  return `${span.source.name}:${line}:${column} ${JSON.stringify(span.source.text.slice(span.start, span.end))}`;
}

function plain(value: MapNode | undefined): unknown {
  return value && JSON.parse(JSON.stringify(toPlain(value)));
}

describe('references', () => {
  const env = {
    PORT: '8080',
    HOST: 'llm.example',
    EMPTY: '',
    QUOTED: '"',
    YAML: '[a, b]',
    MULTI: 'a: 1\nb: 2',
    NULL: '~',
  };

  test.each<[string, string, unknown]>([
    ['a plain scalar that is one reference is read as YAML reads it', '${env:PORT}', 8080],
    ['its default too', '${env:NOPE:-true}', true],
    ['a quoted one is text', '"${env:PORT}"', '8080'],
    ['a single-quoted one is text', "'${env:PORT}'", '8080'],
    ['a tagged one is text', '!!str ${env:PORT}', '8080'],
    ['inside of a longer string', 'https://${env:HOST}:${env:PORT}/', 'https://llm.example:8080/'],
    ['two in a row', '${env:PORT}${env:PORT}', '80808080'],
    ['values are scalars, never YAML', '${env:YAML}', '[a, b]'],
    ['values are never parsed further', '"${env:QUOTED}${env:MULTI}"', '"a: 1\nb: 2'],
    ['block scalars', '|\n  x ${env:PORT}\n', 'x 8080\n'],
    ['a set and empty variable', '"${env:EMPTY}"', ''],
    ['a default stands in for an empty variable, as in a shell', '${env:EMPTY:-x}', 'x'],
    ['an empty default', '"${env:NOPE:-}"', ''],
    ['null', '${env:NULL}', null],
    ['a default with odd characters', '"${env:NOPE:-a:-b $c {}"', 'a:-b $c {'],
    ['a dollar before anything else is only a character', '$host $$ $ ${env:PORT} $PORT', '$host $$ $ 8080 $PORT'],
    ['in lists and mappings', '[{ a: "${env:PORT}" }]', [{ a: '8080' }]],
    ['keys are not touched', '{ "${env:PORT}": 1 }', { '${env:PORT}': 1 }],
    ['replaced text is not searched again', '"${env:NOPE:-$}{env:PORT}"', '${env:PORT}'],
  ])('%s', async (_name, text, want) => {
    await write({ 'openclaw.yaml': `a: ${text}\n` });
    const { value, diagnostics } = await load({ env });
    expect(diagnostics.map(told)).toEqual([]);
    expect(plain(value)).toEqual({ a: want });
  });

  test.each<[string, string, string[]]>([
    ['not set', 'b: ${env:NOPE}\n', ['OC1008 openclaw.yaml:1:4 "${env:NOPE}": environment variable `NOPE` is not set']],
    [
      'both in one scalar',
      'b: x-${env:A1}-${env:B1}\n',
      [
        'OC1008 openclaw.yaml:1:6 "${env:A1}": environment variable `A1` is not set',
        'OC1008 openclaw.yaml:1:16 "${env:B1}": environment variable `B1` is not set',
      ],
    ],
    [
      'the same one twice',
      'b: "\\t${env:A1}  ${env:A1}"\n',
      [
        'OC1008 openclaw.yaml:1:7 "${env:A1}": environment variable `A1` is not set',
        'OC1008 openclaw.yaml:1:18 "${env:A1}": environment variable `A1` is not set',
      ],
    ],
    [
      'in a block scalar',
      'b: >-\n  x\n  y ${env:A1}\n',
      ['OC1008 openclaw.yaml:3:5 "${env:A1}": environment variable `A1` is not set'],
    ],
    [
      'in a folded string, Windows line ends',
      'b: "x\r\n   ${env:A1}"\r\n',
      ['OC1008 openclaw.yaml:2:4 "${env:A1}": environment variable `A1` is not set'],
    ],
    [
      'written with an escape: the whole scalar',
      'b: "\\x24{env:A1}"\n',
      ['OC1008 openclaw.yaml:1:4 "\\"\\\\x24{env:A1}\\"": environment variable `A1` is not set'],
    ],
    [
      'behind an alias: once, where it is written',
      'a: &a ${env:A1}\nb: *a\n',
      ['OC1008 openclaw.yaml:1:7 "${env:A1}": environment variable `A1` is not set'],
    ],
    [
      'names of object properties are not variables',
      'b: ${env:constructor}${env:__proto__}\n',
      [
        'OC1008 openclaw.yaml:1:4 "${env:constructor}": environment variable `constructor` is not set',
        'OC1008 openclaw.yaml:1:22 "${env:__proto__}": environment variable `__proto__` is not set',
      ],
    ],
    ['another kind', 'b: ${vault:x}\n', ['OC1007 openclaw.yaml:1:4 "${vault:x}": unknown reference `${vault:x}`']],
    ['without kind', 'b: "x ${HOST} y"\n', ['OC1007 openclaw.yaml:1:7 "${HOST}": unknown reference `${HOST}`']],
    [
      'no name',
      'b: ${}${env:}\n',
      [
        'OC1007 openclaw.yaml:1:4 "${}": unknown reference `${}`',
        'OC1007 openclaw.yaml:1:7 "${env:}": unknown reference `${env:}`',
      ],
    ],
    ['bad name', 'b: ${env:1A}\n', ['OC1007 openclaw.yaml:1:4 "${env:1A}": unknown reference `${env:1A}`']],
    ['open', 'b: x ${env:HOST y\n', ['OC1007 openclaw.yaml:1:6 "${env:HOST": reference `${env:HOST` is not closed']],
    [
      'in another',
      'b: ${env:A1:-${env:B1}}\n',
      [
        'OC1007 openclaw.yaml:1:4 "${env:A1:-": reference `${env:A1:-…` is not closed',
        'OC1008 openclaw.yaml:1:14 "${env:B1}": environment variable `B1` is not set',
      ],
    ],
    [
      'a file has no default',
      'b: ${file:a:-b}\n',
      ['OC1007 openclaw.yaml:1:4 "${file:a:-b}": unknown reference `${file:a:-…}`'],
    ],
    [
      'file: missing',
      'b: ${file:no.txt}\n',
      ['OC1009 openclaw.yaml:1:4 "${file:no.txt}": cannot read `no.txt`: no such file'],
    ],
    [
      'file: directory',
      'b: ${file:.}\n',
      ['OC1009 openclaw.yaml:1:4 "${file:.}": cannot read `CWD`: it is a directory'],
    ],
    [
      'file: device',
      'b: ${file:/dev/zero}\n',
      ['OC1009 openclaw.yaml:1:4 "${file:/dev/zero}": cannot read `/dev/zero`: it is not a regular file'],
    ],
    [
      'file: NUL in the path',
      'b: "${file:a\\0b}"\n',
      ['OC1009 openclaw.yaml:1:4 "\\"${file:a\\\\0b}\\"": cannot read `a\0b`: it is not a valid path'],
    ],
  ])('%s', async (_name, text, want) => {
    await write({ 'openclaw.yaml': text });
    const { diagnostics } = await load({ env });
    expect(diagnostics.map((found) => told(found).replace(cwd, 'CWD'))).toEqual(want);
    for (const { code, help } of diagnostics.filter((found) => found.code === 'OC1007')) {
      expect(`${code} ${help}`).toContain('the forms are `${env:NAME}`, `${env:NAME:-default}` and `${file:path}`');
    }
  });

  test('help names what was probably meant', async () => {
    await write({ 'openclaw.yaml': 'a: ${env:HOTS}\nb: ${HOST}\n' });
    const { diagnostics } = await load({ env });
    expect(diagnostics.map(({ help }) => help)).toEqual([
      'did you mean `HOST`? set it, or write a default: `${env:HOTS:-default}`',
      'did you mean `${env:HOST}`? the forms are `${env:NAME}`, `${env:NAME:-default}` and `${file:path}`',
    ]);
  });

  test('what came from outside is named by its reference, without the default', async () => {
    await write({
      'openclaw.yaml': 'a: ${env:PORT}\nb: x-${env:NOPE:-hunter2}-${file:key}\nc: 1\nd: ${env:A1}\n',
      key: 'k',
    });
    const { value } = await load({ env });
    const nodes = value?.entries.map((entry) => entry.value as ScalarNode);
    expect(nodes?.map(({ origin, raw, unresolved }) => [origin, raw, unresolved])).toEqual([
      ['${env:PORT}', '8080', undefined],
      ['x-${env:NOPE}-${file:key}', undefined, undefined],
      [undefined, '1', undefined],
      ['${env:A1}', undefined, true],
    ]);
  });

  test('files: relative to the file that names them, without the last line feed', async () => {
    await write({
      'openclaw.yaml': 'include: sub/a.yaml\nb: ${file:key.txt}\nc: "<${file:two.txt}>"\n',
      'sub/a.yaml': 'a: "${file:key.txt}"\n',
      'sub/key.txt': 'inner\r\n',
      'key.txt': '42\n',
      'two.txt': 'x\ny\n\n',
    });
    const { value, diagnostics, files } = await load();
    expect(diagnostics.map(told)).toEqual([]);
    expect(plain(value)).toEqual({ a: 'inner', b: 42, c: '<x\ny\n>' });
    expect(files).toEqual(['openclaw.yaml', 'key.txt', 'two.txt', 'sub/a.yaml', 'sub/key.txt']);
  });

  test('files of 64 kB are read, larger and binary ones are not', async () => {
    await write({
      'openclaw.yaml': 'a: ${file:ok}\nb: ${file:large}\nc: ${file:binary}\n',
      ok: 'x'.repeat(64 * 1024),
      large: 'x'.repeat(64 * 1024 + 1),
      binary: new Uint8Array([1, 0, 2]),
    });
    const { diagnostics } = await load();
    expect(diagnostics.map(told)).toEqual([
      'OC1009 openclaw.yaml:2:4 "${file:large}": `large` is 65 kB; at most 64 kB is read',
      'OC1009 openclaw.yaml:3:4 "${file:binary}": `binary` is not a text file: it contains NUL bytes',
    ]);
  });

  test('many references in one text', async () => {
    await write({ 'openclaw.yaml': `a: "${'${env:PORT}'.repeat(10_000)}"\n` });
    const { value, diagnostics } = await load({ env });
    expect(diagnostics.map(told)).toEqual([]);
    expect(plain(value)).toEqual({ a: '8080'.repeat(10_000) });
  });

  test('naming one file many times does not fill the memory', async () => {
    await write({
      'openclaw.yaml': `a: "${'${file:ok}'.repeat(100_000)}"\nb: "${'${file:ok}'.repeat(1000)}"\n`,
      ok: 'x'.repeat(60_000),
    });
    const { diagnostics } = await load();
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'OC1006 references expand to more than 8 MB of text',
    ]);
  });
});

describe('include', () => {
  test('included content comes first, mappings are united, lists joined', async () => {
    await write({
      'openclaw.yaml': 'version: 1\ninclude: [a.yaml, sub/b.yaml]\nupstreams: { own: 1 }\nroutes: [own]\n',
      'a.yaml': 'version: 1\nupstreams: { a: { x: 1 } }\nroutes: [a1, a2]\n',
      'sub/b.yaml': 'upstreams: { a: { y: 2 }, b: 1 }\nroutes: [b]\ncaches: { c: 1 }\n',
    });
    const { value, diagnostics, files } = await load();
    expect(diagnostics.map(told)).toEqual([]);
    expect(plain(value)).toEqual({
      version: 1,
      upstreams: { a: { x: 1, y: 2 }, b: 1, own: 1 },
      routes: ['a1', 'a2', 'b', 'own'],
      caches: { c: 1 },
    });
    expect(Object.keys(plain(value) as object)).toEqual(['version', 'upstreams', 'routes', 'caches']);
    expect(files).toEqual(['openclaw.yaml', 'a.yaml', 'sub/b.yaml']);
    const places = [
      ['upstreams', 'a', 'y'],
      ['routes', 0],
      ['routes', 3],
    ].map((path) => placeOf(locate(value ?? expect.fail(), path).node.span));
    expect(places).toEqual(['sub/b.yaml:1:22 "2"', 'a.yaml:3:10 "a1"', 'openclaw.yaml:4:10 "own"']);
    expect(value?.span.source.name).toBe('openclaw.yaml');
    expect(locate(value ?? expect.fail(), ['upstreams']).node.span.source.name).toBe('openclaw.yaml');
  });

  test('the same thing in two files', async () => {
    await write({
      'openclaw.yaml':
        'version: 2\ntarget: x\ninclude: a.yaml\nupstreams:\n  u: { servers: [b], keepalive: 2 }\nserver: { a: 1 }\nx-a: 1\n',
      'a.yaml': 'version: 1\ntarget: x\nupstreams:\n  u: { servers: [a], keepalive: 2 }\nserver: 1\nx-a: 2\n',
    });
    const { value, diagnostics } = await load();
    expect(diagnostics.map(told)).toEqual([
      'OC1011 openclaw.yaml:1:1 "version": `version` is defined in two files',
      'OC1011 openclaw.yaml:5:8 "servers": `upstreams.u.servers` is defined in two files',
      'OC1011 openclaw.yaml:5:22 "keepalive": `upstreams.u.keepalive` is defined in two files',
      'OC1011 openclaw.yaml:6:1 "server": `server` is defined in two files',
    ]);
    expect(diagnostics[1]?.related.map((place) => `${place.message} ${placeOf(place.span)}`)).toEqual([
      'first defined here a.yaml:4:8 "servers"',
    ]);
    expect(diagnostics[1]?.path).toEqual(['upstreams', 'u', 'servers']);
    expect(plain(value)).toEqual({
      version: 1,
      target: 'x',
      upstreams: { u: { servers: ['a'], keepalive: 2 } },
      server: 1,
      'x-a': 2,
    });
  });

  test('a diamond counts once, also under another name', async () => {
    await write({
      'openclaw.yaml': 'include: [a.yaml, b.yaml, ./common.yaml]\n',
      'a.yaml': 'include: common.yaml\nroutes: [a]\n',
      'b.yaml': 'include: link.yaml\nroutes: [b]\n',
      'common.yaml': 'routes: [common]\nk: 1\n',
    });
    await symlink(join(cwd, 'common.yaml'), join(cwd, 'link.yaml'));
    const { value, diagnostics } = await load();
    expect(diagnostics.map(told)).toEqual([]);
    expect(plain(value)).toEqual({ routes: ['common', 'a', 'b'], k: 1 });
  });

  test('a cycle', async () => {
    await write({
      'openclaw.yaml': 'include: sub/a.yaml\nx: 1\n',
      'sub/a.yaml': 'include: [b.yaml]\na: 1\n',
      'sub/b.yaml': 'include: ../openclaw.yaml\nb: 1\n',
    });
    const { value, diagnostics } = await load();
    expect(diagnostics.map(told)).toEqual([
      'OC1010 sub/b.yaml:1:10 "../openclaw.yaml": include cycle: `openclaw.yaml` → `sub/a.yaml` → `sub/b.yaml` → `openclaw.yaml`',
    ]);
    expect(diagnostics[0]?.related.map(({ span }) => placeOf(span))).toEqual([
      'openclaw.yaml:1:10 "sub/a.yaml"',
      'sub/a.yaml:1:11 "b.yaml"',
    ]);
    expect(plain(value)).toEqual({ b: 1, a: 1, x: 1 });
  });

  test('a file that includes itself', async () => {
    await write({ 'openclaw.yaml': 'include: openclaw.yaml\n' });
    expect((await load()).diagnostics.map(told)).toEqual([
      'OC1010 openclaw.yaml:1:10 "openclaw.yaml": include cycle: `openclaw.yaml` → `openclaw.yaml`',
    ]);
  });

  test('mistakes of all files are reported at once, at the include where a file cannot be read', async () => {
    await write({
      'openclaw.yaml': 'include: [opnclaw.yaml, sub, a.yaml, /dev/zero, 7, ""]\nb: ${env:X1}\n',
      'a.yaml': 'a: @x\n',
      'sub/x': '',
    });
    const { value, diagnostics } = await load();
    expect(diagnostics.map(told)).toEqual([
      'OC1008 openclaw.yaml:2:4 "${env:X1}": environment variable `X1` is not set',
      'OC2003 openclaw.yaml:1:49 "7": expected `include` to be the path of a file or a list of paths',
      'OC2003 openclaw.yaml:1:52 "\\"\\"": expected `include` to be the path of a file or a list of paths',
      'OC1001 openclaw.yaml:1:11 "opnclaw.yaml": cannot read `opnclaw.yaml`: no such file',
      'OC1001 openclaw.yaml:1:25 "sub": cannot read `sub`: it is a directory',
      'OC1004 a.yaml:1:4 "@x": value cannot start with this character',
      'OC1001 openclaw.yaml:1:38 "/dev/zero": cannot read `/dev/zero`: it is not a regular file',
    ]);
    expect(diagnostics.find(({ code }) => code === 'OC1001')?.help).toBe('did you mean `openclaw.yaml`?');
    expect(plain(value)).toEqual({ b: '${env:X1}' });
  });

  test('the path may hold a reference; an unset one is reported once', async () => {
    await write({ 'openclaw.yaml': 'include: ["${env:STAGE}.yaml", "${env:NO}"]\n', 'prod.yaml': 'a: 1\n' });
    const { value, diagnostics } = await load({ env: { STAGE: 'prod' } });
    expect(diagnostics.map(({ code }) => code)).toEqual(['OC1008']);
    expect(plain(value)).toEqual({ a: 1 });
  });

  test('the bound on values is for all files together', async () => {
    const bomb = `a: &a [${Array(1000).fill(1).join(', ')}]\nNAME: [${Array(900).fill('*a').join(', ')}]\n`;
    await write({
      'openclaw.yaml': 'include: [a.yaml, b.yaml, c.yaml]\n',
      'a.yaml': bomb.replace('a:', 'x-a:').replace('NAME', 'a'),
      'b.yaml': bomb.replace('a:', 'x-a:').replace('NAME', 'b'),
      'c.yaml': bomb.replace('a:', 'x-a:').replace('NAME', 'c'),
    });
    const { diagnostics } = await load();
    expect(diagnostics.map(({ code, span }) => `${code} ${span?.source.name}`)).toEqual(['OC1006 c.yaml']);
  });
});

describe('overlays', () => {
  test('mappings are merged, lists and scalars replaced, null removes', async () => {
    await write({
      'openclaw.yaml': 'version: 1\nupstreams: { a: { x: 1, y: { z: 1 } }, b: 1, c: { d: 1 } }\nroutes: [1, 2]\n',
      'prod.yaml':
        'upstreams: { a: { x: 2, y: { w: "${env:W}" } }, b: null, c: 5, n: { m: { o: 1 } } }\nroutes: [{ k: null }]\n',
      'last.yaml': 'version: ~\nupstreams: { c: { e: 1 } }\n',
    });
    const { value, diagnostics, files } = await load({ overlays: ['prod.yaml', 'last.yaml'], env: { W: '9' } });
    expect(diagnostics.map(told)).toEqual([]);
    expect(plain(value)).toEqual({
      upstreams: { a: { x: 2, y: { z: 1, w: '9' } }, c: { e: 1 }, n: { m: { o: 1 } } },
      routes: [{ k: null }],
    });
    expect(files).toEqual(['openclaw.yaml', 'prod.yaml', 'last.yaml']);
    const places = [
      ['upstreams', 'a', 'x'],
      ['upstreams', 'a', 'y', 'z'],
      ['upstreams', 'c'],
      ['routes', 0],
    ].map((path) => placeOf(locate(value ?? expect.fail(), path).node.span));
    expect(places).toEqual([
      'prod.yaml:1:22 "2"',
      'openclaw.yaml:2:33 "1"',
      'last.yaml:2:17 "{ e: 1 }"',
      'prod.yaml:2:10 "{ k: null }"',
    ]);
    expect(value && placeOf(entryOf(value, 'upstreams')?.keySpan)).toBe('openclaw.yaml:2:1 "upstreams"');
  });

  test('removing what is not there is a warning', async () => {
    await write({
      'openclaw.yaml': 'upstreams: { openai: 1 }\n',
      'o.yaml': 'upstreams: { opnai: null, new: { x: null } }\n',
    });
    const { value, diagnostics } = await load({ overlays: ['o.yaml'] });
    expect(diagnostics.map(told)).toEqual([
      'OC3012 o.yaml:1:14 "opnai": overlay removes `upstreams.opnai`, which is not there',
      'OC3012 o.yaml:1:34 "x": overlay removes `upstreams.new.x`, which is not there',
    ]);
    expect(diagnostics.some(isError)).toBe(false);
    expect(diagnostics[0]?.help).toBe('did you mean `openai`?');
    expect(plain(value)).toEqual({ upstreams: { openai: 1, new: {} } });
  });

  test('an overlay has no include of its own', async () => {
    await write({ 'openclaw.yaml': 'a: 1\n', 'o.yaml': 'include: x.yaml\na: 2\n' });
    const { value, diagnostics } = await load({ overlays: ['o.yaml'] });
    expect(diagnostics.map(told)).toEqual(['OC2001 o.yaml:1:1 "include": `include` is not allowed in an overlay']);
    expect(plain(value)).toEqual({ a: 2 });
  });

  test('mistakes in overlays are reported beside those of the spec', async () => {
    await write({ 'openclaw.yaml': 'a: @x\n', 'o.yaml': 'a: @y\n', 'p.yaml': '- 1\n' });
    const { value, diagnostics } = await load({ overlays: ['o.yaml', 'no.yaml', 'p.yaml'] });
    expect(value).toBe(undefined);
    expect(diagnostics.map(told)).toEqual([
      'OC1004 openclaw.yaml:1:4 "@x": value cannot start with this character',
      'OC1004 o.yaml:1:4 "@y": value cannot start with this character',
      'OC1001 no.yaml:1:1 "": cannot read `no.yaml`: no such file',
      'OC1004 p.yaml:1:1 "- 1": expected a mapping at the top level, found a list',
    ]);
  });
});

describe('files', () => {
  test('missing', async () => {
    await write({ 'openclaw.yml': 'a: 1\n' });
    const { value, diagnostics, files } = await load();
    expect(value).toBe(undefined);
    expect(files).toEqual([]);
    expect(diagnostics).toEqual([
      {
        code: 'OC1001',
        severity: 'error',
        message: 'cannot read `openclaw.yaml`: no such file',
        help: 'did you mean `openclaw.yml`?',
        span: { source: { name: 'openclaw.yaml', text: '', secrets: [] }, start: 0, end: 0 },
        related: [],
      },
    ]);
  });

  test.each<[string, string | Uint8Array, string]>([
    ['NUL bytes', 'a: x\0', 'OC1002 openclaw.yaml:1:1 "": `openclaw.yaml` is not a text file: it contains NUL bytes'],
    [
      'a picture',
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      'OC1002 openclaw.yaml:1:1 "": `openclaw.yaml` is not UTF-8 text: invalid bytes in line 1',
    ],
    [
      'Latin-1',
      new Uint8Array([0x61, 0x0a, 0x62, 0xe9, 0x0a]),
      'OC1002 openclaw.yaml:1:1 "": `openclaw.yaml` is not UTF-8 text: invalid bytes in line 2',
    ],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00]), 'OC1002 openclaw.yaml:1:1 "": `openclaw.yaml` is UTF-16 text'],
    ['empty', '', 'OC1004 openclaw.yaml:1:1 "": `openclaw.yaml` is empty'],
    ['only a byte order mark', '\ufeff', 'OC1004 openclaw.yaml:1:1 "": `openclaw.yaml` is empty'],
  ])('%s', async (_name, content, want) => {
    await write({ 'openclaw.yaml': content });
    const { value, diagnostics } = await load();
    expect(value).toBe(undefined);
    expect(diagnostics.map(told)).toEqual([want]);
  });

  test('a directory, a device without end, 50 MB', async () => {
    await write({ 'openclaw.yaml': 'a: 1\n' });
    await truncate(join(cwd, 'openclaw.yaml'), 50 * 1024 * 1024);
    const before = process.memoryUsage.rss();
    const messages: string[] = [];
    for (const file of ['.', '/dev/zero', 'openclaw.yaml']) {
      messages.push(
        ...(await load({ file })).diagnostics.map(({ code, message }) => `${code} ${message}`.replace(cwd, 'CWD')),
      );
    }
    expect(messages).toEqual([
      'OC1001 cannot read `CWD`: it is a directory',
      'OC1003 `/dev/zero` is larger than 8 MB',
      'OC1003 `openclaw.yaml` is 50 MB; at most 8 MB is read',
    ]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(40 * 1024 * 1024);
  });

  test('a pipe is read', async () => {
    const pipe = join(cwd, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [{ value }] = await Promise.all([load({ file: 'pipe' }), writeFile(pipe, 'a: 1\n')]);
    expect(plain(value)).toEqual({ a: 1 });
  });

  test('reasons in words', () => {
    const reason = (code: string): string => reasonOf(Object.assign(new Error('x'), { code }));
    expect(['EACCES', 'ENOENT', 'ELOOP', 'EIO'].map(reason)).toEqual([
      'permission denied',
      'no such file',
      'too many symbolic links',
      'the system says EIO',
    ]);
    expect(reasonOf('boom')).toBe('it cannot be opened');
  });

  test('a byte order mark and Windows line ends do not move places', async () => {
    await write({ 'openclaw.yaml': '\ufeffa: ${env:X1}\r\nb: ${env:Y1}\r\n' });
    expect((await load()).diagnostics.map(told)).toEqual([
      'OC1008 openclaw.yaml:1:4 "${env:X1}": environment variable `X1` is not set',
      'OC1008 openclaw.yaml:2:4 "${env:Y1}": environment variable `Y1` is not set',
    ]);
  });

  test('names are relative to the working directory inside of it, else as they are', async () => {
    await write({ 'sub/openclaw.yaml': 'a: ${env:X1}\n' });
    const path = join(cwd, 'sub/openclaw.yaml');
    expect((await load({ file: path })).files).toEqual(['sub/openclaw.yaml']);
    expect((await load({ file: '../openclaw.yaml', cwd: join(cwd, 'sub/deep') })).files).toEqual([path]);
    await write({ '..odd.yaml': 'a: 1\n' });
    expect((await load({ file: '..odd.yaml' })).files).toEqual(['..odd.yaml']);
  });

  test('at most a thousand diagnostics', async () => {
    await write({ 'openclaw.yaml': Array.from({ length: 1500 }, (_, i) => `k${i}: \${env:X${i}}\n`).join('') });
    expect((await load()).diagnostics.length).toBe(1000);
  });
});

describe('standard input', () => {
  const stdin = async (): Promise<Uint8Array> => new TextEncoder().encode('include: a.yaml\nb: ${env:X1}\n');

  test('has a name, and a folder for relative paths', async () => {
    await write({ 'a.yaml': 'a: 1\n', 'sub/a.yaml': 'a: 2\n' });
    const here = await load({ file: '-', stdin });
    expect(plain(here.value)).toEqual({ a: 1, b: '${env:X1}' });
    expect(here.files).toEqual(['<stdin>', 'a.yaml']);
    expect(here.diagnostics.map(told)).toEqual([
      'OC1008 <stdin>:2:4 "${env:X1}": environment variable `X1` is not set',
    ]);
    const there = await load({ file: '-', stdin, stdinName: 'sub/openclaw.yaml' });
    expect(plain(there.value)).toEqual({ a: 2, b: '${env:X1}' });
    expect(there.files).toEqual(['sub/openclaw.yaml', 'sub/a.yaml']);
  });

  test.each<[string, Partial<LoadSourceOptions>, string]>([
    ['none', {}, 'OC1001 cannot read `<stdin>`: there is no standard input'],
    ['broken', { stdin: () => Promise.reject(new Error('x')) }, 'OC1001 cannot read `<stdin>`: it cannot be opened'],
    [
      'binary',
      { stdin: async () => new Uint8Array([0]) },
      'OC1002 `<stdin>` is not a text file: it contains NUL bytes',
    ],
    ['large', { stdin: async () => new Uint8Array(8 * 1024 * 1024 + 1) }, 'OC1003 `<stdin>` is larger than 8 MB'],
  ])('%s', async (_name, options, want) => {
    const { diagnostics } = await load({ file: '-', ...options });
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([want]);
  });
});
