import { describe, expect, test } from 'vitest';
import { addToKeyFile } from '../../src/keys/key-file/add.ts';
import type { KeyFileEdit } from '../../src/keys/key-file/edit.ts';
import { parseKeyFile } from '../../src/keys/key-file/key-file.ts';
import { revokeInKeyFile } from '../../src/keys/key-file/revoke.ts';
import { rotateInKeyFile } from '../../src/keys/key-file/rotate.ts';
import type { Attempt } from '../../src/keys/problem.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { a, b, c, fresh, long, now, week } from './spec-texts.ts';

const rawKey = 'oc-Q29udGVudHMgb2YgYSBrZXkgZm9yIHRlc3RzIG9ubHk';

function parse(text: string) {
  return parseKeyFile(long(text), 'apps.keys');
}

function textOf(attempt: Attempt<KeyFileEdit>): string {
  return 'value' in attempt ? attempt.value.text : expect.fail(attempt.problem.message);
}

function rotate(text: string, id: string, more: { readonly overlap?: number; readonly notAfter?: string } = {}) {
  return rotateInKeyFile(parse(text).value, { id, hash: fresh, now, overlap: week, notAfter: undefined, ...more });
}

test('every form of a line', () => {
  const { value, diagnostics } = parse(
    [
      '# a comment, and an empty line',
      '',
      'mobile sha256:A',
      `\tA1_.@-x   \tSHA`.replace('SHA', `sha256:${b.toUpperCase()}`),
      'batch sha256:C tier=premium routes=chat,embed upstreams=llama models=gpt-4o*,a:b/c addresses=10.0.0.0/8,2001:db8::/32 not_before=2026-01-01 not_after=2027-01-31T12:30:00Z # hers',
      '   ',
      'last sha256:D #no blank behind',
    ].join('\r\n'),
  );
  expect(diagnostics).toEqual([]);
  expect(value.lines.map(({ id, hash, rights }) => [id, hash, ...rights.flat(2)])).toEqual([
    ['mobile', a],
    ['A1_.@-x', b],
    [
      'batch',
      c,
      ...['tier', 'premium', 'routes', 'chat', 'embed', 'upstreams', 'llama', 'models', 'gpt-4o*', 'a:b/c'],
      ...['addresses', '10.0.0.0/8', '2001:db8::/32', 'not_before', '2026-01-01'],
      ...['not_after', '2027-01-31T12:30:00Z'],
    ],
    ['last', 'd'.repeat(64)],
  ]);
});

test.each<[string, string, string, string]>([
  ['a wrong id', 'mo/bile sha256:A', 'mo/bile', 'invalid client id'],
  ['no hash', 'mobile', 'mobile', 'expected the hash of a key behind the client id'],
  ['a key in place of its hash', `mobile ${rawKey}`, rawKey, 'expected the hash of a key behind the client id'],
  ['a short hash', 'mobile sha256:abc', 'sha256:abc', 'expected the hash of a key behind the client id'],
  ['a word', 'mobile sha256:A premium', 'premium', 'expected `attribute=value`'],
  ['a comment without its blank', 'mobile sha256:A tier=x#y', 'tier=x#y', 'invalid value of `tier`'],
  ['an unknown attribute', 'mobile sha256:A teir=x', 'teir=x', 'unknown attribute `teir`'],
  ['an attribute twice', 'mobile sha256:A tier=x tier=y', 'tier=y', '`tier` is there twice'],
  ['a wrong name', 'mobile sha256:A tier=Premium', 'tier=Premium', 'invalid value of `tier`'],
  ['an empty item', 'mobile sha256:A routes=a,,b', 'routes=a,,b', 'invalid value of `routes`'],
  ['a wrong range', 'mobile sha256:A addresses=10.0.0.0/33', 'addresses=10.0.0.0/33', 'invalid value of `addresses`'],
  ['a list of the spec', 'mobile sha256:A addresses=office', 'addresses=office', 'invalid value of `addresses`'],
  ['no such day', 'mobile sha256:A not_after=2027-02-30', 'not_after=2027-02-30', 'invalid value of `not_after`'],
  ['an escape sequence', '# \u001b[2J\nmobile sha256:A', '\u001b', 'control character'],
  ['a key twice', 'mobile sha256:A\nbatch sha256:A', `sha256:${a}`, 'this key is there already'],
])('refused: %s', (_name, text, place, message) => {
  const { diagnostics } = parse(text);
  expect(diagnostics).toMatchObject([{ severity: 'error', message }]);
  const [{ span } = expect.fail()] = diagnostics;
  expect(span?.source.text.slice(span?.start, span?.end)).toBe(place);
});

test.each([
  ['in place of the hash', `mobile ${rawKey} tier=x`],
  ['in place of the id', `${rawKey} sha256:${a} teir=x`],
  ['alone', rawKey],
  ['as a value', `mobile sha256:${a} secret=${rawKey}`],
  ['behind', `mobile sha256:${a} ${rawKey}`],
  ['of another make, without a prefix', 'mobile 8bR4tZpQ2vLx7NwYc3Ks'],
  ['of another make, alone', 'mobile sha256:8bR4tZpQ2vLx7NwYc3Ks'],
  ['in the line above', `# ${rawKey}\nmobile`],
])('a key %s is never shown', (_name, text) => {
  const { diagnostics } = parse(text);
  for (const format of ['pretty', 'json', 'github', 'sarif'] as const) {
    const report = renderReport(diagnostics, { format, color: false, toolVersion: '1' });
    expect(report).toContain('apps.keys');
    expect(report).not.toMatch(/Q29udGVudHM|8bR4tZpQ/);
  }
});

describe('add', () => {
  const client = { id: 'new', hash: fresh, rights: [['models', ['gpt-4o*', 'o3']] as const] };
  const line = `new sha256:${fresh} models=gpt-4o*,o3`;

  test.each<[string, string, string]>([
    ['at the end', '# ours\none sha256:A\n\n', `# ours\none sha256:A\n\n${line}\n`],
    ['with the line ends of the file', 'one sha256:A\r\n', `one sha256:A\r\n${line}\r\n`],
    ['where the last line has no end', 'x sha256:B\r\none sha256:A # 1', `x sha256:B\r\none sha256:A # 1\r\n${line}`],
    ['to an empty file', '', `${line}\n`],
  ])('%s', (_name, before, after) => {
    expect(textOf(addToKeyFile(parse(before).value, client))).toBe(long(after));
  });

  test('not with the name of an address list', () => {
    const rights = [['addresses', ['office']] as const];
    expect(addToKeyFile(parse('one sha256:A\n').value, { ...client, rights })).toMatchObject({
      problem: { kind: 'wrong', message: '`office` is no address range, and a key file knows no `address_lists`' },
    });
  });
});

describe('rotate', () => {
  const end = 'not_after=2027-01-17T08:00:00Z';

  test.each<[string, string, string]>([
    [
      'one key',
      'app sha256:A tier=x  # laptop\nother sha256:B\n',
      `app sha256:A tier=x ${end}  # laptop\napp sha256:F tier=x\nother sha256:B\n`,
    ],
    [
      'several keys, the new one below the last',
      'app sha256:A not_after=2027-01-11\n# more\napp sha256:B not_before=2026-01-01\nother sha256:C',
      `app sha256:A not_after=2027-01-11\n# more\napp sha256:B not_before=2026-01-01 ${end}\napp sha256:F\nother sha256:C`,
    ],
    [
      'keys that all end',
      'app sha256:A not_after=2028-01-01 tier=x\r\napp sha256:B tier=x not_after=2027-01-01\r\n',
      `app sha256:A ${end} tier=x\r\napp sha256:B tier=x not_after=2027-01-01\r\napp sha256:F tier=x not_after=2028-01-01\r\n`,
    ],
    [
      'a key that has yet to start',
      'app sha256:A not_before=2027-05-01\napp sha256:B\n',
      `app sha256:B ${end}\napp sha256:F\n`,
    ],
  ])('%s', (_name, before, after) => {
    expect(textOf(rotate(before, 'app'))).toBe(long(after));
  });

  test('without an overlap the old keys are gone, the rest of their last line stays', () => {
    const before = 'one sha256:D\napp sha256:A models=o3\n# a\napp sha256:B models=o3   # phone\n';
    expect(textOf(rotate(before, 'app', { overlap: 0 }))).toBe(
      long('one sha256:D\n# a\napp sha256:F models=o3   # phone\n'),
    );
  });

  test('not when the rights of its keys differ', () => {
    expect(rotate('app sha256:A tier=x\napp sha256:B tier=y\n', 'app')).toMatchObject({
      problem: { message: 'the keys of `app` have different rights, so those of a new one are not clear' },
    });
  });

  test('not to a key that would end at once', () => {
    const before = 'app sha256:A not_after=2027-01-01\n';
    expect(rotate(before, 'app')).toMatchObject({
      problem: { message: 'the keys of `app` ended at 2027-01-01, and a new one would end with them' },
    });
    expect(textOf(rotate(before, 'app', { notAfter: 'never' }))).toBe(long(`${before}app sha256:F\n`));
  });
});

describe('revoke', () => {
  const revoke = (text: string, prefix?: string) => revokeInKeyFile(parse(text).value, { id: 'app', prefix });

  test.each<[string, string, string, string?]>([
    ['all keys', 'app sha256:A # 1\n# between\none sha256:B\napp sha256:C', '# between\none sha256:B'],
    ['all keys at the end', 'one sha256:B\napp sha256:A\napp sha256:C', 'one sha256:B\n'],
    ['one key', 'app sha256:A\r\napp sha256:B\r\n', 'app sha256:A\r\n', 'bbbbbbbb'],
  ])('%s', (_name, before, after, prefix) => {
    expect(textOf(revoke(before, prefix))).toBe(long(after));
  });

  test('not the last key of the file, which the gateway would go on to take', () => {
    expect(revoke('# only\napp sha256:A\n')).toMatchObject({
      problem: {
        kind: 'wrong',
        message: expect.stringContaining('`app` has the last key of `apps.keys`'),
        help: expect.stringContaining('openclaw keys rotate app --overlap 0s'),
      },
    });
  });

  test('not by digits that two keys start with, or none', () => {
    const two = `app sha256:${'a'.repeat(20)}${b.slice(20)}\napp sha256:A\n`;
    expect(revoke(two, 'aaaaaaaa')).toMatchObject({
      problem: { message: '2 keys of `app` start with `sha256:aaaaaaaa`' },
    });
    expect(revoke(two, 'cccccccc')).toMatchObject({ problem: { message: '`app` has no key `sha256:cccccccc`' } });
  });
});
