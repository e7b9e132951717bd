import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../src/gateway/common/gateway.ts';
import { createConditionTable } from '../../../src/lower/reading/conditions.ts';
import { percentTolerant } from '../../../src/lower/reading/percent-tolerant.ts';

function matches(value: string, written: string): boolean {
  return new RegExp(`^${percentTolerant(value)}$`).test(written);
}

describe('percentTolerant', () => {
  test.each<[string, string, boolean]>([
    ['llama', 'llama', true],
    ['llama', 'LLAMA', false],
    ['llama', 'll%61m%61', true],
    ['Jo-1', '%4ao%2D%31', true],
    ['a;b', 'a%3Bb', true],
    ['a;b', 'a;b', false],
    ['a b', 'a%20b', true],
    ['a b', 'a+b', true],
    ['a b', 'a b', false],
    ['a+b', 'a%2Bb', true],
    ['a+b', 'a%2bb', true],
    ['a+b', 'a+b', false],
    ['a/b', 'a/b', true],
    ['a/b', 'a%2Fb', true],
    ['a&b', 'a%26b', true],
    ['a&b', 'a&b', false],
    ['a%b', 'a%25b', true],
    ['a%20b', 'a%20b', false],
    ['é', '%C3%A9', true],
    ['é', '%c3%a9', true],
    ['😀', '%F0%9F%98%80', true],
    ['a.b', 'axb', false],
    ['[', '[', true],
  ])('%j as %s: %s', (value, written, wanted) => {
    expect(matches(value, written)).toBe(wanted);
  });

  const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => !/\p{Cs}/u.test(value));

  test('matches what browsers send, and nothing that means something else', () => {
    fc.assert(
      fc.property(text, text, (value, other) => {
        expect(matches(value, encodeURIComponent(value))).toBe(true);
        expect(
          matches(
            value,
            encodeURIComponent(value)
              .toLowerCase()
              .replace(/%../g, (code) => code),
          ),
        ).toBe(value === decodeURIComponent(encodeURIComponent(value).toLowerCase()));
        expect(matches(value, new URLSearchParams({ v: value }).toString().slice(2))).toBe(true);
        expect(matches(value, encodeURIComponent(other))).toBe(value === other);
      }),
    );
  });
});

/** The value that nginx's `map` gives: the first expression that matches in the order of the file, else the text. */
function lookUp(condition: Condition, subject: string): string {
  const table = createConditionTable();
  table.variableFor(condition);
  const [view] = table.views;
  for (const { key, value } of view?.entries ?? []) {
    const isRegex = key.reads.startsWith('~');
    const source = key.reads
      .slice(1)
      .replace('\\A', '^')
      .replace(/(?<!\\)((?:\\\\)*)\\z/g, '$1$');
    if (isRegex ? new RegExp(source, 's').test(subject) : key.reads.toLowerCase() === subject.toLowerCase())
      return value.reads;
  }
  return view?.otherwise?.reads ?? '';
}

test.each<[string, Condition, string, string]>([
  ['a header', { kind: 'header', name: 'x-a', test: { kind: 'one_of', values: ['v2'] } }, 'v2', '1'],
  ['another case', { kind: 'header', name: 'x-a', test: { kind: 'one_of', values: ['v2'] } }, 'V2', '0'],
  ['more of it', { kind: 'header', name: 'x-a', test: { kind: 'one_of', values: ['v2'] } }, 'v22', '0'],
  ['a line feed behind it', { kind: 'header', name: 'x-a', test: { kind: 'one_of', values: ['v2'] } }, 'v2\n', '0'],
  ['an empty header', { kind: 'header', name: 'x-a', test: { kind: 'one_of', values: [''] } }, '', '1'],
  ['a header that is there', { kind: 'header', name: 'x-a', test: { kind: 'present' } }, 'a', '1'],
  ['a header that is not', { kind: 'header', name: 'x-a', test: { kind: 'present' } }, '', '0'],
  ['an absent header', { kind: 'header', name: 'x-a', test: { kind: 'absent' } }, '', '1'],
  ['an argument', { kind: 'query', name: 'm', test: { kind: 'one_of', values: ['a'] } }, 'm=a', '1'],
  ['an argument among others', { kind: 'query', name: 'm', test: { kind: 'one_of', values: ['a'] } }, 'x=y&m=a&z', '1'],
  ['an argument of a longer name', { kind: 'query', name: 'm', test: { kind: 'one_of', values: ['a'] } }, 'xm=a', '0'],
  ['an argument of a longer value', { kind: 'query', name: 'm', test: { kind: 'one_of', values: ['a'] } }, 'm=ab', '0'],
  ['an argument that is there', { kind: 'query', name: 'm', test: { kind: 'present' } }, 'm', '1'],
  ['an argument without it', { kind: 'query', name: 'm', test: { kind: 'absent' } }, 'n=1', '1'],
  ['an argument that should be absent', { kind: 'query', name: 'm', test: { kind: 'absent' } }, 'a&m=1', '0'],
  ['an empty argument', { kind: 'query', name: 'm', test: { kind: 'one_of', values: [''] } }, 'm=', '1'],
  ['an argument without `=`', { kind: 'query', name: 'm', test: { kind: 'one_of', values: [''] } }, 'm', '1'],
  ['a method', { kind: 'method', values: ['GET', 'HEAD'] }, 'HEAD', '1'],
])('%s', (_name, condition, subject, wanted) => {
  expect(lookUp(condition, subject)).toBe(wanted);
});

test('a condition that many routes share is one variable', () => {
  const table = createConditionTable();
  const condition = { kind: 'method', values: ['POST'] } as const;
  expect(table.variableFor(condition)).toBe(table.variableFor({ ...condition }));
  expect(table.variableFor({ kind: 'method', values: ['GET'] })).not.toBe(table.variableFor(condition));
  expect(table.views).toHaveLength(2);
});
