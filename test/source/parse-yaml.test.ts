import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { Span } from '../../src/diagnostics/source-file.ts';
import { parseYaml } from '../../src/source/parse-yaml.ts';
import { maxNodes } from '../../src/source/to-value-node.ts';
import { locate, toPlain } from '../../src/source/value-node.ts';

function parse(text: string) {
  return parseYaml(text, 'openclaw.yaml', { left: maxNodes });
}

/** `code place: message`, the place as `start-end` with the text there. */
function told({ code, message, span }: Diagnostic): string {
  return `${code} ${textOf(span)}: ${message}`;
}

function textOf(span: Span | undefined): string {
  return span ? `${span.start} ${JSON.stringify(span.source.text.slice(span.start, span.end))}` : 'nowhere';
}

describe('values', () => {
  test.each<[string, string, unknown]>([
    [
      'scalars of the core schema',
      'a: 1\nb: on\nc: true\nd: ~\ne:\nf: 2027-01-31\n',
      { a: 1, b: 'on', c: true, d: null, e: null, f: '2027-01-31' },
    ],
    [
      'numbers as keys are text as written',
      '200: 10m\n1.0: b\n0x1F: c\n-1: d\n',
      { '200': '10m', '1.0': 'b', '0x1F': 'c', '-1': 'd' },
    ],
    ['short forms in braces', 'a: { servers: [127.0.0.1:8000, b:1] }', { a: { servers: ['127.0.0.1:8000', 'b:1'] } }],
    ['aliases', 'x-a: &a { k: [1] }\nb: *a\n', { 'x-a': { k: [1] }, b: { k: [1] } }],
    ['an anchor may be set again', 'a: &a 1\nb: *a\nc: &a 2\nd: *a\n', { a: 1, b: 1, c: 2, d: 2 }],
    ['an alias as key', 'a: &a key\nb: { *a : 1 }\n', { a: 'key', b: { key: 1 } }],
    [
      'own keys win over merged ones, wherever they stand',
      'x: &x { a: 1, b: 1 }\ny: { a: 2, <<: *x }\nz: { <<: *x, b: 2 }\n',
      { x: { a: 1, b: 1 }, y: { a: 2, b: 1 }, z: { a: 1, b: 2 } },
    ],
    [
      'earlier merges win over later ones',
      'x: &x { a: 1 }\ny: { <<: [*x, { a: 2, b: 2 }] }\n',
      { x: { a: 1 }, y: { a: 1, b: 2 } },
    ],
    ['a quoted << is a key', 'a: { "<<": { b: 1 } }', { a: { '<<': { b: 1 } } }],
    ['the tags of the core schema', 'a: !!str 12\nb: !!int "3"\nc: ! 4\n', { a: '12', b: 3, c: '4' }],
    ['one document with its marker', '%YAML 1.2\n---\na: 1\n...\n', { a: 1 }],
    ['Windows line ends', 'a: 1\r\nb: "x\r\n  y"\r\nc: |\r\n  z\r\n', { a: 1, b: 'x y', c: 'z\n' }],
    ['missing values in braces', 'a: { b, c: }', { a: { b: null, c: null } }],
  ])('%s', (_name, text, want) => {
    const { value, diagnostics } = parse(text);
    expect(diagnostics.map(told)).toEqual([]);
    expect(JSON.parse(JSON.stringify(value && toPlain(value)))).toEqual(want);
  });

  test.each<[string, string, (string | number)[], string]>([
    ['plain', 'a: bc # x\n', ['a'], 'bc'],
    ['quoted, with the quotes', 'a: "b"\n', ['a'], '"b"'],
    ['in a list', 'a:\n  - b\n  - c d\n', ['a', 1], 'c d'],
    ['block scalar', 'a: |\n  x\n  y\nb: 1\n', ['a'], '|\n  x\n  y\n'],
    ['block mapping without what follows it', 'a:\n  b: 1 # one\n\n# next\nc: 2\n', ['a'], 'b: 1'],
    ['block list without what follows it', 'a:\n  - 1\n  - 2 # two\n\nc: 2\n', ['a'], '- 1\n  - 2'],
    ['flow mapping', 'a: { b: 1 } # x\n', ['a'], '{ b: 1 }'],
    ['nothing', 'a:\nb: 1\n', ['a'], ''],
    ['alias: where the value is written', 'a: &a [1]\nb: *a\n', ['b'], '[1]'],
    ['behind a tag', 'a: !!str 12\n', ['a'], '12'],
  ])('place of a value: %s', (_name, text, path, want) => {
    const { value } = parse(text);
    const { node } = locate(value ?? expect.fail(), path);
    expect(node.span.source.text.slice(node.span.start, node.span.end)).toBe(want);
  });

  test.each<[string, string, number, string | undefined]>([
    ['too many digits', '12345678901234567890', Number('12345678901234567890'), '12345678901234567890'],
    ['leading zero', '0123', 123, '0123'],
    ['exponent', '1e3', 1000, '1e3'],
    ['hexadecimal', '0xFF', 255, '0xFF'],
    ['octal', '0o17', 15, '0o17'],
    ['tagged', '!!int "7"', 7, undefined],
  ])('the text of a number is kept: %s', (_name, text, number, raw) => {
    const { node } = locate(parse(`a: ${text}\n`).value ?? expect.fail(), ['a']);
    expect(node).toMatchObject({ value: number });
    expect(node.kind === 'scalar' && node.raw).toBe(raw);
  });
});

describe('mistakes', () => {
  test.each<[string, string, string[]]>([
    ['empty file', '', ['OC1004 0 "": `openclaw.yaml` is empty']],
    ['only comments', '# a\n# b\n', ['OC1004 0 "": `openclaw.yaml` is empty']],
    ['a list', '- a\n', ['OC1004 0 "- a": expected a mapping at the top level, found a list']],
    ['a text', 'hello\n', ['OC1004 0 "hello": expected a mapping at the top level, found a single value']],
    ['null', '~\n', ['OC1004 0 "~": expected a mapping at the top level, found a single value']],
    ['duplicate key', 'ab: 1\nb: 2\nab: 3\n', ['OC1005 11 "ab": duplicate key `ab`']],
    [
      'duplicate key, each time',
      'a: { b: 1, b: 2, b: 3 }',
      ['OC1005 11 "b": duplicate key `b`', 'OC1005 17 "b": duplicate key `b`'],
    ],
    ['duplicate key, number and text', '200: a\n"200": b\n', ['OC1005 7 "\\"200\\"": duplicate key `200`']],
    ['duplicate __proto__', '__proto__: 1\n__proto__: 2\n', ['OC1005 13 "__proto__": duplicate key `__proto__`']],
    ['tab as indentation', 'a:\n\t- b\n', ['OC1004 3 "\\t": tab used as indentation']],
    ['colon in a value', 'a: b: c\n', ['OC1004 3 "b": a mapping starts in the middle of a line']],
    ['double quote', 'a: "x\nb: 1\n', ['OC1004 3 "\\"": double quote is never closed']],
    ['single quote', "a: 'x\n", ['OC1004 3 "\'": single quote is never closed']],
    ['bracket', 'a: [1, 2\nb: 3\n', ['OC1004 3 "[": `[` is never closed']],
    [
      'nested brackets',
      'a: {x: [1\nb: 3\n',
      ['OC1004 7 "[": `[` is never closed', 'OC1004 3 "{": `{` is never closed'],
    ],
    ['indentation', 'a:\n  b: 1\n cd: 2\n', ['OC1004 11 "cd": wrong indentation']],
    ['indented below a value', 'a: 1\n b: 2\n', ['OC1004 3 "1\\n b": expected `:` after this']],
    ['no colon', 'foo\nbar: 1\n', ['OC1004 0 "foo\\nbar": expected `:` after this']],
    ['reserved character', 'a: @x\n', ['OC1004 3 "@x": value cannot start with this character']],
    ['escape', 'a: "\\q"\n', ['OC1004 4 "\\\\q": unknown escape sequence']],
    ['text behind a quoted value', "a: 'x' y\n", ['OC1004 7 "y": unexpected text after the value']],
    ['comma', 'a: [1,,2]\n', ['OC1004 6 ",": entry is empty']],
    [
      'several at once',
      'a: @x\nb: "\\q"\nc: [1,,2]\n',
      [
        'OC1004 3 "@x": value cannot start with this character',
        'OC1004 10 "\\\\q": unknown escape sequence',
        'OC1004 20 ",": entry is empty',
      ],
    ],
    ['unknown alias', 'a: &base 1\nb: *bse\n', ['OC1004 14 "*bse": unknown alias `*bse`']],
    ['alias in itself', 'a: &a [*a]\n', ['OC1012 7 "*a": alias `*a` stands inside of what it names']],
    ['merge of a scalar', 'a: { <<: 3 }\n', ['OC1012 5 "<<": merge key `<<` takes a mapping or a list of mappings']],
    ['unknown tag', 'a: !foo x\n', ['OC1012 3 "!foo": tag `!foo` is not supported']],
    [
      'tag of YAML 1.1',
      'a: !!binary aGk=\nb: !!set { a }\n',
      ['OC1012 3 "!!binary": tag `!!binary` is not supported', 'OC1012 20 "!!set": tag `!!set` is not supported'],
    ],
    ['boolean key', 'true: 1\n', ['OC1012 0 "true": expected a text as key, found `true`']],
    ['null key', '~: 1\n', ['OC1012 0 "~": expected a text as key, found `~`']],
    ['missing key', ': 1\n', ['OC1012 0 "": expected a text as key, found nothing']],
    ['list as key', '? [a]\n: b\n', ['OC1012 2 "[a]": expected a text as key, found a list or mapping']],
    ['two documents', 'a: 1\n---\nb: "\n', ['OC1012 5 "---": more than one YAML document in the file']],
    ['YAML 1.1', '%YAML 1.1\n---\na: yes\n', ['OC1012 0 "%YAML": only YAML 1.2 is supported']],
    ['escape character', 'a: \u001b[31m\n', ['OC1004 3 "\\u001b": character U+001B is not allowed in YAML']],
    ['line ends of the old Macintosh', 'a: 1\rb: 2\r', ['OC1004 4 "\\r": character U+000D is not allowed in YAML']],
    [
      'references in brackets',
      'a: { b: ${env:P}, c: [${env:Q:-1}, "${env:R}"] }\nd: @x\n',
      [
        'OC1004 8 "${env:P}": a reference inside `[ ]` or `{ }` needs quotes',
        'OC1004 22 "${env:Q:-1}": a reference inside `[ ]` or `{ }` needs quotes',
        'OC1004 52 "@x": value cannot start with this character',
      ],
    ],
  ])('%s', (_name, text, want) => {
    const { diagnostics } = parse(text);
    expect(diagnostics.map(told)).toEqual(want);
    for (const { message } of diagnostics) expect(message).not.toMatch(/^[A-Z]|\.$/);
  });

  test('a duplicate says where the first one is, and the first one counts', () => {
    const { value, diagnostics } = parse('a: 1\na: 2\n');
    expect(diagnostics[0]?.related.map((place) => `${place.message} ${textOf(place.span)}`)).toEqual([
      'first written here 0 "a"',
    ]);
    expect(value && toPlain(value)).toEqual(Object.assign(Object.create(null), { a: 1 }));
  });

  test('a bracket says where it was missed', () => {
    const { diagnostics } = parse('a: [1, 2\nb: 3\n');
    expect(diagnostics[0]?.related.map((place) => `${place.message} ${textOf(place.span)}`)).toEqual([
      'expected it before this 9 "b"',
    ]);
  });

  test('the library never repeats the text of a secret', () => {
    for (const text of [
      'a: "\\qhunter2"',
      'a: "x" hunter2',
      '%hunter2 x\n---\na: 1',
      'a: hunter2: x',
      '- hunter2\nb',
      'a: [x] hunter2 ]',
    ]) {
      const { diagnostics } = parse(text);
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(diagnostics.map(({ message, help }) => `${message} ${help}`).join()).not.toContain('hunter2');
    }
  });
});

describe('hostile files', () => {
  function laughs(levels: number): string {
    const lines = ['a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
    for (let level = 1; level <= levels; level += 1) {
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }
    return lines.join('\n');
  }
  const merges = `a: &a { ${Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join(', ')} }\n${Array.from({ length: 5000 }, (_, i) => `b${i}: { <<: *a }`).join('\n')}`;
  const chain = `a0: &a0 [1]\n${Array.from({ length: 101 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`).join('\n')}`;

  test.each<[string, string, string]>([
    ['billion laughs', laughs(12), 'OC1006 "*a5": expands to more than 2 million values'],
    ['merged laughs', merges, 'OC1006 "*a": expands to more than 2 million values'],
    ['brackets', '['.repeat(100_000), 'OC1006 "[": nested more than 100 levels deep'],
    ['braces', '{a: '.repeat(100_000), 'OC1006 "{": nested more than 100 levels deep'],
    ['dashes', '- '.repeat(100_000), 'OC1006 "-": nested more than 100 levels deep'],
    ['keys of keys', '? '.repeat(20_000), 'OC1006 "?": nested more than 100 levels deep'],
    ['depth through aliases', chain, 'OC1006 "*a98": nested more than 100 levels deep through its aliases'],
  ])('%s', (_name, text, want) => {
    const { value, diagnostics } = parse(text);
    expect(value).toBe(undefined);
    expect(diagnostics.map((found) => told(found).replace(/(?<=OC1006) \d+/, ''))).toEqual([want]);
  });

  test('a hundred levels are not too many', () => {
    expect(parse(`a: ${'['.repeat(99)}${']'.repeat(99)}`).diagnostics).toEqual([]);
    expect(parse(`a: ${'['.repeat(100)}${']'.repeat(100)}`).diagnostics.map(({ code }) => code)).toEqual(['OC1006']);
  });

  test('the second document is not even parsed', () => {
    expect(parse(`a: 1\n---\n${'['.repeat(50_000)}`).diagnostics.map(({ code }) => code)).toEqual(['OC1012']);
  });

  test('one mistake that the library reports fifty thousand times', () => {
    expect(parse(`a: 1\n${'[]'.repeat(50_000)}`).diagnostics.length).toBeLessThanOrEqual(20);
  });

  test.each<[string, string]>([
    ['keys', Array.from({ length: 50_000 }, (_, i) => `k${i}: 1\n`).join('')],
    ['duplicates', 'a: 1\n'.repeat(150_000)],
    ['key shapes without end', `a: ${'sk-'.repeat(500_000)}`],
    ['dollars', `a: "${'${'.repeat(200_000)}"`],
    ['user names without end', `a: ${'://:'.repeat(300_000)}`],
    ['private keys without end', `a: |\n${'  -----BEGIN PRIVATE KEY-----\n'.repeat(30_000)}`],
  ])('many %s', (_name, text) => {
    expect(() => parse(text)).not.toThrow();
  });
});
