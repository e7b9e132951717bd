import { describe, expect, test } from 'vitest';
import { type Directive, parseConfig } from '../../src/nginx/parse-config.ts';

type Tree = (string | Tree)[];

/** Directives as nested arrays: the words, then the block. */
function treeOf(directives: readonly Directive[]): Tree {
  return directives.map(({ name, args, block }) => [
    name.text,
    ...args.map((word) => word.text),
    ...(block === null ? [] : [treeOf(block)]),
  ]);
}

const parse = (text: string) => parseConfig({ file: 'conf.d/a.conf', text });

test.each<[name: string, given: string, want: Tree]>([
  ['nothing', ' \n# only a comment\n', []],
  ['directives in order', 'a; b c "d e";', [['a'], ['b', 'c', 'd e']]],
  ['nested blocks', 'http { server { listen 1; } }', [['http', [['server', [['listen', '1']]]]]]],
  ['an empty block', 'events {}', [['events', []]]],
  [
    'entries of a map',
    'map $a $b { default 0; "~^x;" 1; hostnames; }',
    [['map', '$a', '$b', [['default', '0'], ['~^x;', '1'], ['hostnames']]]],
  ],
  ['an empty name', '"" a;', [['', 'a']]],
])('reads %s', (_name, given, want) => {
  const { directives, problems } = parse(given);
  expect(treeOf(directives)).toEqual(want);
  expect(problems).toEqual([]);
});

test('hands on the comments', () => {
  expect(parse('# one\na { # two\n}\n').comments).toEqual([
    { text: ' one', line: 1 },
    { text: ' two', line: 2 },
  ]);
});

describe('refuses as OC5004, with file and line,', () => {
  test.each<[name: string, given: string, message: string, line: number]>([
    ['a } too many', 'a {\n}\n}', 'unexpected `}`', 3],
    ['a } too few', 'a {\nb {\n}\n', 'unexpected end of file, expecting `}`', 4],
    ['a missing ;', 'a {\n  b c\n}\n', 'unexpected `}`', 3],
    ['a missing ; at the end', 'a {\n  b c\n', 'unexpected end of file, expecting `;` or `}`', 3],
    ['an unterminated quote', 'a "b;\n', 'unexpected end of file, expecting `;` or `}`', 2],
    ['inline Lua', 'a;\ncontent_by_lua_block {\n  ngx.say("}")\n}\n', 'inline Lua blocks are not supported', 2],
  ])('%s', (_name, given, message, line) => {
    expect(parse(given).problems).toEqual([{ code: 'OC5004', message, file: 'conf.d/a.conf', line }]);
  });
});

test('survives blocks nested very deep', () => {
  const depth = 100_000;
  expect(parse('a{'.repeat(depth) + '}'.repeat(depth)).problems).toEqual([]);
});
