import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenize } from '../../src/nginx/tokenize.ts';

/** Statements as lists of words, with the ending last. */
function statementsOf(text: string): string[][] {
  return tokenize(text).statements.map(({ words, ending }) => [...words.map((word) => word.text), ending]);
}

describe('words', () => {
  test.each<[name: string, given: string, want: string[][]]>([
    ['split at white space', 'a\tb\r\n c;', [['a', 'b', 'c', ';']]],
    ['end at ; and {', 'a{b;}', [['a', '{'], ['b', ';'], ['}']]],
    ['keep a brace that closes in the middle', 'a b};', [['a', 'b}', ';']]],
    ['keep a hash in the middle', 'a b#c;', [['a', 'b#c', ';']]],
    ['keep a quote in the middle', `a b"c d'e;`, [['a', 'b"c', "d'e", ';']]],
    ['lose double quotes at the ends', 'a "b ; { } # c";', [['a', 'b ; { } # c', ';']]],
    ['lose single quotes at the ends', `a 'b "c" d';`, [['a', 'b "c" d', ';']]],
    ['may be empty in quotes', `a "" '';`, [['a', '', '', ';']]],
    ['run over lines in quotes', 'a "b\nc";', [['a', 'b\nc', ';']]],
    ['end before a parenthesis after a quote', 'if ($a = "b") {}', [['if', '($a', '=', 'b', ')', '{'], ['}']]],
    ['end before a brace after a quote', 'a "b"{}', [['a', 'b', '{'], ['}']]],
    ['decode escapes in quotes', String.raw`a "\"\'\\\t\r\n";`, [['a', '"\'\\\t\r\n', ';']]],
    ['decode escapes without quotes', String.raw`a \"b\\\tc;`, [['a', '"b\\\tc', ';']]],
    ['keep other backslashes', String.raw`a "\d\$\.\x";`, [['a', String.raw`\d\$\.\x`, ';']]],
    ['keep escaped ends', String.raw`a b\;c\ d\{e;`, [['a', String.raw`b\;c\ d\{e`, ';']]],
    ['decode an escaped backslash before a letter once', String.raw`a "\\n";`, [['a', '\\n', ';']]],
    ['keep a brace after a dollar', 'a ${b}c x${y};', [['a', '${b}c', 'x${y}', ';']]],
    ['end at a brace that is not right after a dollar', 'a $b{}', [['a', '$b', '{'], ['}']]],
    ['keep a byte order mark', '\uFEFFa b;', [['\uFEFFa', 'b', ';']]],
    ['keep a no-break space', 'a b\u00a0c;', [['a', 'b\u00a0c', ';']]],
    ['stay whole beyond ASCII', 'a "é😀";', [['a', 'é😀', ';']]],
  ])('%s', (_name, given, want) => {
    expect(statementsOf(given)).toEqual(want);
    expect(tokenize(given).problem).toBeNull();
  });

  test('know their place', () => {
    const text = 'a\n  "b\nc" d;';
    const words = tokenize(text).statements[0]?.words ?? [];
    expect(words).toEqual([
      { text: 'a', start: 0, end: 1, line: 1, quoted: false },
      { text: 'b\nc', start: 4, end: 9, line: 2, quoted: true },
      { text: 'd', start: 10, end: 11, line: 3, quoted: false },
    ]);
    expect(text.slice(4, 9)).toBe('"b\nc"');
  });
});

describe('comments', () => {
  test.each<[name: string, given: string, want: [text: string, line: number][]]>([
    [
      'run to the end of the line',
      '# a ; "\nb; # c',
      [
        [' a ; "', 1],
        [' c', 2],
      ],
    ],
    [
      'start right after an ending',
      'a;#b\nc{#d\n}#e',
      [
        ['b', 1],
        ['d', 2],
        ['e', 3],
      ],
    ],
    ['stand between words', 'a #b\n c;', [['b', 1]]],
    ['do not end at a carriage return', '#a\rb\n', [['a\rb', 1]]],
  ])('%s', (_name, given, want) => {
    const { comments, problem } = tokenize(given);
    expect(comments.map(({ text, line }) => [text, line])).toEqual(want);
    expect(problem).toBeNull();
  });
});

describe('problems', () => {
  const unfinished = 'unexpected end of file, expecting `;` or `}`';
  test.each<[name: string, given: string, message: string, line: number]>([
    ['a lone ;', 'a;\n;', 'unexpected `;`', 2],
    ['a lone {', '{', 'unexpected `{`', 1],
    ['a } after words', 'a\nb }', 'unexpected `}`', 2],
    ['no ;', 'a;\nb', unfinished, 2],
    ['no ; after white space', 'a b \n', unfinished, 2],
    ['no closing quote', 'a "b;\n}\n', unfinished, 3],
    ['a backslash at the end', 'a b\\', unfinished, 1],
    ['an escaped closing quote', String.raw`a "b\";`, unfinished, 1],
    ['a letter after a quote', 'a "b"c;', 'unexpected `c`', 1],
    ['a comment after a quote', 'a "b"#c\n;', 'unexpected `#`', 1],
    ['a } after a quote', 'a "b"}', 'unexpected `}`', 1],
    ['a quote after a quote', `a "b"'c';`, "unexpected `'`", 1],
    ['a quote before the end of the file', 'a "b"', unfinished, 1],
    ['an emoji after a quote', 'a "b"😀;', 'unexpected `😀`', 1],
  ])('%s', (_name, given, message, line) => {
    expect(tokenize(given).problem).toEqual({ message, line });
  });

  test('keep what came before', () => {
    expect(statementsOf('a;\nb { c; } }d;\n"x"y')).toEqual([
      ['a', ';'],
      ['b', '{'],
      ['c', ';'],
      ['}'],
      ['}'],
      ['d', ';'],
    ]);
  });
});

/** nginx's buffer holds 4096 bytes: the word and what ends it must fit. */
describe('length', () => {
  const missing = 'too long parameter, probably missing terminating `"` character';
  test.each<[name: string, given: string, message: string | null]>([
    ['4095 bytes bare', `a ${'x'.repeat(4095)};`, null],
    ['4096 bytes bare', `a ${'x'.repeat(4096)};`, 'too long parameter `xxxxxxxxxx...`'],
    ['4094 bytes quoted', `a "${'x'.repeat(4094)}";`, null],
    ['4095 bytes quoted', `a "${'x'.repeat(4095)}";`, 'too long parameter `xxxxxxxxxx...`'],
    ['4096 bytes quoted', `a "${'x'.repeat(4096)}";`, missing],
    ['2048 letters of two bytes', `a "${'é'.repeat(2048)}";`, missing],
    ['2047 letters of two bytes', `a "${'é'.repeat(2047)}";`, null],
    ['escapes counted as written', `a "${'\\n'.repeat(2048)}";`, missing],
    ['an unterminated quote', `a "b;${' '.repeat(5000)}`, missing],
    ['a comment of 4095 bytes', `#${'x'.repeat(4094)}\na;`, null],
    ['a comment of 4096 bytes', `#${'x'.repeat(4095)}\na;`, 'too long parameter `#xxxxxxxxx...`'],
    ['white space', `a${' \n'.repeat(5000)}b;`, null],
  ])('%s', (_name, given, message) => {
    expect(tokenize(given).problem).toEqual(message === null ? null : { message, line: 1 });
  });
});

test('any text survives quoting', () => {
  const escapes: Record<string, string> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  const quote = (text: string) => `"${text.replace(/[\\"\n\r\t]/g, (found) => escapes[found] ?? found)}"`;
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom('"', "'", '\\', '$', '{', '}', ';', '#', '\n', '\t', 'n', 't', ' '),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.array(nasty, { maxLength: 4 }), (texts) => {
      expect(statementsOf(`a ${texts.map(quote).join(' ')};`)).toEqual([['a', ...texts, ';']]);
    }),
    { numRuns: 2000 },
  );
});
