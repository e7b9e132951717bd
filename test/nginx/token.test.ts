import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { duration, size } from '../../src/language/common/scalars.ts';
import {
  comment,
  dockerfileWord,
  durationText,
  escapeRegex,
  expression,
  hclString,
  literal,
  luaNumber,
  luaString,
  mapKey,
  mapRegex,
  number,
  sizeText,
  text,
  variable,
  yamlString,
} from '../../src/nginx/token.ts';
import { tokenize } from '../../src/nginx/tokenize.ts';
import { readHcl } from '../helpers/read-hcl.ts';
import { luaTokens } from '../hostile/lua-tokens.ts';

/** What nginx reads where a token is printed between two other words. */
function readBack(written: string): readonly string[] {
  const { statements, problem } = tokenize(`directive ${written} last;\n`);
  expect(problem).toBeNull();
  expect(statements).toHaveLength(1);
  return (statements[0]?.words ?? []).map((word) => word.text);
}

/** Texts without the control characters that no token takes. */
const printable = fc
  .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'"\'\\${};#~=%\n\r\t /*.-x') }))
  .map((value) => value.replace(/[^\P{Cc}\n\r\t]/gu, ''));

describe('text', () => {
  test.each<[string, string]>([
    ['chat', 'chat'],
    ['/v1/chat', '/v1/chat'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['a=b', 'a=b'],
    ['$host', '$host'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a;b', '"a;b"'],
    ['a{2}', '"a{2}"'],
    ['#a', '"#a"'],
    ["it's", '"it\'s"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['a\\b', '"a\\\\b"'],
    ['a\nb\r\tc', '"a\\nb\\r\\tc"'],
    ['é', '"é"'],
  ])('%j is written %s', (value, written) => {
    expect(text(value)).toMatchObject({ kind: 'nginx', written, reads: value });
  });

  test('is one word that nginx reads as it was', () => {
    fc.assert(
      fc.property(printable, (value) => {
        fc.pre(Buffer.byteLength(value) < 1000);
        expect(readBack(text(value).written)).toEqual(['directive', value, 'last']);
      }),
    );
  });

  test.each(['\0', '\u0001', '\u000b', '\u001b', '\u007f'])('takes no %j', (value) => {
    expect(() => text(`a${value}b`)).toThrow(RangeError);
    expect(() => literal(value)).toThrow(RangeError);
  });
});

describe('expression', () => {
  test.each<[string, Parameters<typeof expression>[0], string]>([
    ['a variable', [{ variable: 'host' }], '$host'],
    [
      'text before a variable',
      [{ literal: 'Bearer ' }, { variable: 'openclaw_credential' }],
      '"Bearer $openclaw_credential"',
    ],
    ['a letter behind a variable', [{ variable: 'host' }, { literal: 'a' }], '${host}a'],
    ['a slash behind a variable', [{ variable: 'host' }, { literal: '/a' }], '$host/a'],
    ['a dollar', [{ literal: '$host' }], '${openclaw_dollar}host'],
    ['a dollar behind a variable', [{ variable: 'host' }, { literal: '$' }], '$host${openclaw_dollar}'],
    ['two variables', [{ variable: 'scheme' }, { variable: 'host' }], '$scheme$host'],
  ])('%s', (_name, parts, written) => {
    expect(expression(parts).written).toBe(written);
  });

  test.each(['', 'Host', 'a-b', '1', 'a}b', 'host;', 'a\nb'])('takes no variable named %j', (name) => {
    expect(() => variable(name)).toThrow(RangeError);
  });

  test('a literal has no variable but the dollar', () => {
    fc.assert(
      fc.property(printable, (value) => {
        fc.pre(value.length < 100);
        const { reads } = literal(value);
        expect(reads.replaceAll('${openclaw_dollar}', '')).not.toContain('$');
        expect(reads.replaceAll('${openclaw_dollar}', '$')).toBe(
          value.replaceAll('${openclaw_dollar}', '${openclaw_dollar}'),
        );
      }),
    );
  });
});

describe('escapeRegex', () => {
  test.each<[string, string]>([
    ['a.b', 'a\\.b'],
    ['/v1/', '/v1/'],
    ['a b', 'a\\x20b'],
    ['(?i)', '\\(\\?i\\)'],
    ['\\E', '\\\\E'],
    ['é', 'é'],
  ])('%j is written %s', (value, written) => {
    expect(escapeRegex(value)).toBe(written);
  });

  test('a backslash stands before signs only: before a letter it would mean something', () => {
    fc.assert(
      fc.property(printable, (value) => {
        const escapes = [...escapeRegex(value).replaceAll('\\\\', '').replaceAll('\\x20', '').matchAll(/\\(.)/gsu)];
        for (const [, escaped = ''] of escapes) expect(escaped).not.toMatch(/[\p{L}\p{N}_]/u);
      }),
    );
  });

  test('matches the text and nothing else', () => {
    fc.assert(
      fc.property(printable, printable, (value, other) => {
        const pattern = new RegExp(`^${escapeRegex(value)}$`);
        expect(pattern.test(value)).toBe(true);
        expect(pattern.test(other)).toBe(value === other);
        expect(pattern.test(`${value}\n`)).toBe(false);
      }),
    );
  });
});

describe('keys of a map', () => {
  test.each<[string, string]>([
    ['POST', 'POST'],
    ['', '""'],
    ['default', '"\\\\default"'],
    ['hostnames', '"\\\\hostnames"'],
    ['include', '"\\\\include"'],
    ['volatile', '"\\\\volatile"'],
    ['~a', '"\\\\~a"'],
    ['\\a', '"\\\\\\\\a"'],
    ['defaults', 'defaults'],
  ])('%j is written %s', (value, written) => {
    expect(mapKey(value).written).toBe(written);
  });

  test('an expression keeps its case', () => {
    expect(mapRegex('\\Aa\\z').reads).toBe('~\\Aa\\z');
  });
});

describe('numbers', () => {
  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d is no whole number', (value) => {
    expect(() => number(value)).toThrow(RangeError);
  });

  test.each([0.3, 1.001, 59.999, 0, 120])('Lua gets the seconds %d', (value) => {
    expect(luaNumber(value).written).toBe(String(value));
  });

  test.each([0.0005, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('Lua gets no %d', (value) => {
    expect(() => luaNumber(value)).toThrow(RangeError);
  });

  test.each<[number, string]>([
    [0, '0'],
    [1, '1ms'],
    [1500, '1500ms'],
    [60_000, '1m'],
    [90_000, '90s'],
    [5_400_000, '90m'],
    [86_400_000, '1d'],
    [31_536_000_000, '365d'],
  ])('%d ms is %s', (milliseconds, written) => {
    expect(durationText(milliseconds)).toBe(written);
    if (milliseconds > 0) expect(duration.parse(written)).toBe(milliseconds);
  });

  test.each<[number, string]>([
    [0, '0'],
    [1, '1'],
    [1023, '1023'],
    [1024, '1k'],
    [1_572_864, '1536k'],
    [33_554_432, '32m'],
    [2_147_483_648, '2g'],
  ])('%d bytes is %s', (bytes, written) => {
    expect(sizeText(bytes)).toBe(written);
    expect(size.parse(written)).toBe(bytes);
  });
});

describe('comment', () => {
  test.each<[string, string]>([
    ['openclaw.yaml:routes.0', 'openclaw.yaml:routes.0'],
    ['a\nevil on;', 'a-evil-on-'],
    ['a\rb\u2028c', 'a-b-c'],
    ['{x} # "y"', '-x-----y-'],
  ])('%j is written %s', (value, written) => {
    expect(comment(value)).toMatchObject({ kind: 'comment', written });
  });

  test('is short', () => {
    expect(comment('a'.repeat(5000)).written).toHaveLength(200);
  });
});

describe('luaString', () => {
  test.each<[string, string]>([
    ['llm', '"llm"'],
    ['', '""'],
    ['"', '"\\034"'],
    ['\\', '"\\092"'],
    ['\n', '"\\010"'],
    ['\0', '"\\000"'],
    ['é', '"\\195\\169"'],
    [']]', '"]]"'],
    ['\u007f1', '"\\1271"'],
  ])('%j is written %s', (value, written) => {
    expect(luaString(value).written).toBe(written);
  });

  test('is one string with the same value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(luaTokens(luaString(value).written)).toEqual(
          value === '' ? [{ kind: 'string', text: '' }] : [{ kind: 'string', text: value }],
        );
      }),
    );
  });
});

describe('hclString', () => {
  test.each<[string, string]>([
    ['https://vault:8200', '"https://vault:8200"'],
    ['', '""'],
    ['a"b\\', '"a\\"b\\\\"'],
    ['\n', '"\\n"'],
    ['$5, 5%', '"$5, 5%"'],
    ['${env.HOME}', '"\\u0024{env.HOME}"'],
    ['%{ if true }', '"\\u0025{ if true }"'],
    ['$${x}', '"\\u0024\\u0024{x}"'],
    ['{{ key "x" }}', '"{{ key \\"x\\" }}"'],
    ['\0', '"\\u0000"'],
    ['é\u{1f600}', '"\\u00e9\\U0001f600"'],
  ])('%j is written %s', (value, written) => {
    expect(hclString(value)).toMatchObject({ kind: 'hcl', written });
  });

  test('is one line of ASCII with the same value', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'"\\$%{}\n\t nux0') }));
    fc.assert(
      fc.property(texts, (value) => {
        const { written } = hclString(value);
        expect(written).toMatch(/^"[ -~]*"$/);
        expect(readHcl(`a = ${written}\n`)).toEqual({ a: value });
      }),
    );
  });
});

describe('yamlString', () => {
  test.each<[string, string]>([
    ['8080:8080', '"8080:8080"'],
    ['yes', '"yes"'],
    ['${HOME}', '"$${HOME}"'],
    ['a"b\\', '"a\\"b\\\\"'],
    ['\n', '"\\n"'],
    ['\u2028', '"\\u2028"'],
    ['é', '"\\u00e9"'],
  ])('%j is written %s', (value, written) => {
    expect(yamlString(value).written).toBe(written);
  });

  test('is one line of ASCII that reads as the same text once compose has halved its dollars', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const { written } = yamlString(value);
        expect(written).toMatch(/^"[ -~]*"$/);
        expect(parse(`- ${written}`)).toEqual([value.replaceAll('$', '$$$$')]);
        expect(written.replaceAll('$$', '')).not.toContain('$');
      }),
    );
  });
});

test.each(['a b', 'a\nRUN evil', '$HOME', '', 'a"b', 'a\\'])('%j is no word of a Dockerfile', (value) => {
  expect(() => dockerfileWord(value)).toThrow(RangeError);
});
