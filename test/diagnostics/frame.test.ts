import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeFrame } from '../../src/diagnostics/frame.ts';
import type { Range, SourceFile, Span } from '../../src/diagnostics/source-file.ts';

/** `«` and `»` enclose the span, `‹` and `›` a secret. */
function spanIn(marked: string): Span {
  let text = '';
  let start = 0;
  let end = 0;
  let secretStart = 0;
  const secrets: Range[] = [];
  for (const character of marked) {
    if (character === '«') start = text.length;
    else if (character === '»') end = text.length;
    else if (character === '‹') secretStart = text.length;
    else if (character === '›') secrets.push({ start: secretStart, end: text.length });
    else text += character;
  }
  const source: SourceFile = { name: 'openclaw.yaml', text, secrets };
  return { source, start, end };
}

function frameOf(marked: string): string {
  return `\n${codeFrame(spanIn(marked)).join('\n')}\n`;
}

describe('codeFrame', () => {
  test('one line of context, carets under the span', () => {
    expect(frameOf('version: 1\nroutes:\n  - upstream: «opnai»\n')).toBe(`
  |
2 | routes:
3 |   - upstream: opnai
  |               ^^^^^
`);
  });

  test('the gutter is as wide as the line number; an empty line is no context', () => {
    expect(frameOf(`${'\n'.repeat(99)}a: «b»\n`)).toBe(`
    |
100 | a: b
    |    ^
`);
  });

  test('first line of the file', () => {
    expect(frameOf('«abc»: 1')).toBe(`
  |
1 | abc: 1
  | ^^^
`);
  });

  test('an empty span gets one caret, also behind the end of the line', () => {
    expect(frameOf('a: «»b\n')).toBe(`
  |
1 | a: b
  |    ^
`);
    expect(frameOf('a:«»\r\nb: 1\r\n')).toBe(`
  |
1 | a:
  |   ^
`);
  });

  test('a span of several lines is marked to the end of the first', () => {
    expect(frameOf('routes:\n  - «path: / # all  \n    upstream: x»\n')).toBe(`
  |
1 | routes:
2 |   - path: / # all
  |     ^^^^^^^^^^^^^
`);
  });

  test('tabs become spaces and the carets stay aligned', () => {
    expect(frameOf('a:\tb\t«c»\td')).toBe(`
  |
1 | a:  b   c   d
  |         ^
`);
    expect(frameOf('a:\n«\t»- b')).toBe(`
  |
1 | a:
2 |     - b
  | ^^^^
`);
  });

  test('wide and combining characters', () => {
    expect(frameOf('日本: «x»')).toBe(`
  |
1 | 日本: x
  |       ^
`);
    expect(frameOf('e\u0301: «😀» # smile')).toBe(`
  |
1 | e\u0301: 😀 # smile
  |    ^^
`);
    // A flag is two characters that a terminal shows as one, and a person counts as one.
    expect(frameOf('a: 🇳🇴 «x»')).toBe(`
  |
1 | a: 🇳🇴 x
  |       ^
`);
    expect(frameOf('a: «🇳🇴» x')).toBe(`
  |
1 | a: 🇳🇴 x
  |    ^^
`);
  });

  test('what could fool a terminal or a reader is spelled out', () => {
    expect(frameOf('a: \u001b[31mred\u202e \u200b\u00a0«x»')).toBe(`
  |
1 | a: \\u{1b}[31mred\\u{202e} \\u{200b}\\u{a0}x
  |                                        ^
`);
    expect(frameOf('a: «\u0007»')).toBe(`
  |
1 | a: \\u{7}
  |    ^^^^^
`);
  });

  test('secrets are hidden, and the length of long ones', () => {
    expect(frameOf('  - { key: ‹abc›, limit: «x» }')).toBe(`
  |
1 |   - { key: •••, limit: x }
  |                        ^
`);
    expect(frameOf('key: ‹hunter2hunter2hunter2› # «x»')).toBe(`
  |
1 | key: •••••••• # x
  |                 ^
`);
    expect(frameOf('key: «‹hunter2hunter2hunter2›»')).toBe(`
  |
1 | key: ••••••••
  |      ^^^^^^^^
`);
    expect(frameOf('key: ‹hunter2«hunter2»hunter2›')).toBe(`
  |
1 | key: ••••••••
  |      ^^^^^^^^
`);
  });

  test('a secret of several lines is hidden on each', () => {
    expect(frameOf('pem: |\n  ‹AAAABBBB\n  CCCC› «x»')).toBe(`
  |
2 |   ••••••••
3 | •••••••• x
  |          ^
`);
  });

  test('long lines are cut around the span', () => {
    expect(frameOf(`${'a'.repeat(200)}«b»${'c'.repeat(200)}`)).toBe(`
  |
1 | …${'a'.repeat(48)}b${'c'.repeat(49)}…
  | ${' '.repeat(49)}^
`);
    expect(frameOf(`${'x'.repeat(300)}\n${'a'.repeat(200)}«b»`)).toBe(`
  |
2 | …${'a'.repeat(98)}b
  | ${' '.repeat(99)}^
`);
    expect(frameOf(`«b»${'c'.repeat(200)}`)).toBe(`
  |
1 | b${'c'.repeat(98)}…
  | ^
`);
    expect(frameOf(`${'a'.repeat(200)}«b»`)).toBe(`
  |
1 | …${'a'.repeat(98)}b
  | ${' '.repeat(99)}^
`);
    expect(frameOf(`x: «${'b'.repeat(300)}»`)).toBe(`
  |
1 | x: ${'b'.repeat(96)}…
  |    ${'^'.repeat(97)}
`);
  });

  test('a line of five megabytes', () => {
    const lines = codeFrame(spanIn(`${'a'.repeat(2_500_000)}«b»${'c'.repeat(2_500_000)}`));
    expect(lines.map((line) => line.length)).toEqual([3, 104, 54]);
  });

  test('related places have another mark, and colours come from outside', () => {
    const paint = (text: string): string => `<${text}>`;
    expect(codeFrame(spanIn('«a»: 1'), { mark: '-', paintGutter: paint, paintMark: paint })).toEqual([
      '<  |>',
      '<1 |> a: 1',
      '<  |> <->',
    ]);
  });

  test('nothing is shown of a file that could not be read', () => {
    expect(codeFrame(spanIn(''))).toEqual([]);
  });

  test('any text: one line each, nothing that a terminal obeys, never wider than the window', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(anyText, fc.nat(400), fc.nat(50), (text, from, length) => {
        const source: SourceFile = { name: 'a', text, secrets: [] };
        const start = Math.min(from, text.length);
        const lines = codeFrame({ source, start, end: Math.min(start + length, text.length) });
        for (const line of lines) {
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          expect(line.length).toBeLessThanOrEqual(2 * 100 + 10);
        }
      }),
    );
  });
});
