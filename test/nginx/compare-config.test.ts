import { describe, expect, test } from 'vitest';
import { compareConfig } from '../../src/nginx/compare-config.ts';

const slot = (index: number) => `\uE000${index}\uE001`;
const compare = (meant: string, written: string, values: readonly string[] = []) =>
  compareConfig({ file: 'conf.d/a.conf', meant, written, values });

describe('accepts', () => {
  test.each<[name: string, meant: string, written: string, values: string[]]>([
    ['nothing', '', '', []],
    ['the same text', 'a { b c; }', 'a { b c; }', []],
    ['other white space and quotes', 'a {\n  b c;\n}', `a{ 'b' "c" ; }`, []],
    ['a quoted value', `a ${slot(0)};`, String.raw`a "x \"y\" \\ ; } # $z";`, ['x "y" \\ ; } # $z']],
    ['a bare value', `a ${slot(0)};`, 'a x;', ['x']],
    ['an empty value', `a ${slot(0)};`, 'a "";', ['']],
    ['a value with a newline', `a ${slot(0)};`, 'a "x\\ny";', ['x\ny']],
    ['a value as a name', `map $a $b { ${slot(0)} ${slot(1)}; }`, 'map $a $b { "\\\\~x" 1; }', ['\\~x', '1']],
    ['a value twice', `a ${slot(0)} ${slot(0)};`, 'a x x;', ['x']],
    ['a value from beyond ten', `a ${slot(11)};`, 'a x;', [...'abcdefghijk', 'x']],
    [
      'a value in a comment',
      `# route ${slot(0)} (${slot(1)})\na;`,
      '# route chat (a.yaml:4)\na;',
      ['chat', 'a.yaml:4'],
    ],
    ['a value that looks like a placeholder', `a ${slot(0)};`, `a ${slot(1)};`, [slot(1)]],
  ])('%s', (_name, meant, written, values) => {
    expect(compare(meant, written, values)).toEqual([]);
  });
});

describe('reports as OC5005', () => {
  const whole = 'a printed value must be a word of its own';
  test.each<[name: string, meant: string, written: string, values: string[], message: string, line: number]>([
    [
      'an injected directive',
      `a ${slot(0)};\nb;`,
      'a x;\nevil;\nb;',
      ['x'],
      'the name of `b` differs from what was meant',
      2,
    ],
    [
      'a directive at the end',
      `a ${slot(0)};`,
      'a x;\nevil;',
      ['x; evil'],
      'parameter 1 of `a` does not read back as the value that was printed',
      1,
    ],
    [
      'a block that was left early',
      `s { a ${slot(0)}; }`,
      's { a x; } evil { }',
      ['x'],
      'a directive was not meant here',
      1,
    ],
    ['a parameter too many', `a ${slot(0)};`, 'a x y;', ['x y'], '`a` has 2 parameters where 1 were meant', 1],
    ['a parameter too few', `a ${slot(0)} b;`, 'a b;', [''], '`a` has 1 parameters where 2 were meant', 1],
    [
      'a value decoded otherwise',
      `a\n${slot(0)};`,
      'a\n"x\\ty";',
      ['x\\ty'],
      'parameter 1 of `a` does not read back as the value that was printed',
      2,
    ],
    [
      'a value without its number',
      `a ${slot(7)};`,
      'a x;',
      ['x'],
      'parameter 1 of `a` does not read back as the value that was printed',
      1,
    ],
    ['a missing directive', 'a;\nb;', 'a;', [], '`b` is missing', 1],
    ['a missing block', 'a { }', 'a;', [], '`a` lost its block', 1],
    ['a new block', 'a;', 'a { b; }', [], '`a` has a block that was not meant', 1],
    ['another word', 'a b;', 'a c;', [], 'parameter 1 of `a` differs from what was meant', 1],
    ['another name', 'a b;', 'c b;', [], 'the name of `a` differs from what was meant', 1],
    [
      'another entry',
      `map $a $b {\n${slot(0)} 1;\n}`,
      'map $a $b {\n"x" 1;\n}',
      ['y'],
      'the name of an entry does not read back as the value that was printed',
      2,
    ],
    [
      'a value glued to text before',
      `a x${slot(0)};`,
      'a xy;',
      ['y'],
      `${whole}: parameter 1 of \`a\` is more than that`,
      1,
    ],
    [
      'a value glued to a value',
      `a ${slot(0)}${slot(1)};`,
      'a xy;',
      ['x', 'y'],
      `${whole}: parameter 1 of \`a\` is more than that`,
      1,
    ],
    [
      'a value in the template’s own quotes',
      `a "${slot(0)}";`,
      'a "x";',
      ['x'],
      `${whole}: parameter 1 of \`a\` is more than that`,
      1,
    ],
    [
      'a comment that ended early',
      `# ${slot(0)}\na;`,
      '# x\ny\na;',
      ['x\ny'],
      'a comment differs from what was meant',
      1,
    ],
    ['a comment too many', 'a;', 'a; # x', [], 'a comment was not meant here', 1],
    ['a comment too few', 'a; # x', 'a;', [], 'a comment is missing', 1],
    [
      'text that cannot be read',
      `a ${slot(0)};`,
      'a "x;',
      ['"x'],
      'the text cannot be read back: unexpected end of file, expecting `;` or `}`',
      1,
    ],
    ['a template that cannot be read', 'a }', 'a;', [], 'the template is malformed: unexpected `}`', 1],
  ])('%s', (_name, meant, written, values, message, line) => {
    expect(compare(meant, written, values)[0]).toEqual({ code: 'OC5005', message, file: 'conf.d/a.conf', line });
  });

  test('every difference that is not one of structure', () => {
    expect(compare(`a ${slot(0)};\nb ${slot(1)};`, 'a y;\nb z;', ['x', 'z2'])).toHaveLength(2);
  });

  test('no value', () => {
    const problems = compare(`a ${slot(0)};`, 'a "sk-other";', ['sk-secret']);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toMatch(/sk-/);
  });
});
