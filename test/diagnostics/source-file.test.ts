import { expect, test } from 'vitest';
import { lineAt, positionAt, type SourceFile } from '../../src/diagnostics/source-file.ts';

const source: SourceFile = { name: 'a.yaml', text: 'ab\r\nc😀d\n\nlast', secrets: [] };

test.each<[string, number, number, number]>([
  ['start', 0, 1, 1],
  ['carriage return is on its line', 2, 1, 3],
  ['second line', 4, 2, 1],
  ['columns are UTF-16 units', 7, 2, 4],
  ['empty line', 9, 3, 1],
  ['end', 14, 4, 5],
  ['past the end', 99, 4, 5],
])('%s', (_name, offset, line, column) => {
  expect(positionAt(source, offset)).toEqual({ line, column });
});

test('a line comes without its ending', () => {
  expect([1, 2, 3, 4].map((line) => lineAt(source, line).text)).toEqual(['ab', 'c😀d', '', 'last']);
});
