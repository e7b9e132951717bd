import { expect, test } from 'vitest';
import type { Route } from '../../../src/gateway/common/gateway.ts';
import { candidatesFor, findEntries, groupByPath } from '../../../src/lower/reading/candidates.ts';

/** `=/a POST` is a route for exactly `/a` with a condition, `/a` one for every path below without. */
function routesOf(...texts: readonly string[]): readonly Route[] {
  return texts.map((text) => {
    const [path = '', method] = text.split(' ');
    const kind = path.startsWith('=') ? 'exact' : 'prefix';
    const conditions = method === undefined ? [] : [{ kind: 'method', values: [method] }];
    return { name: text, path: { kind, path: path.replace('=', '') }, conditions } as unknown as Route;
  });
}

function entriesOf(...texts: readonly string[]): readonly string[] {
  return findEntries(routesOf(...texts)).map(
    ({ path, candidates }) =>
      `${path.kind === 'exact' ? '=' : ''}${path.path}: ${candidates.map((route) => route.name).join(', ')}`,
  );
}

test.each<[string, readonly string[], readonly string[]]>([
  ['one route', ['/'], ['/: /']],
  ['a lone route with a condition', ['/a POST'], ['/a: /a POST']],
  ['two on one path, in their order', ['/a POST', '/a'], ['/a: /a POST, /a']],
  ['a shorter prefix takes what is left', ['/a/b POST', '/a'], ['/a/b: /a/b POST, /a', '/a: /a']],
  ['an unconditional route ends the list', ['/a/b', '/a'], ['/a/b: /a/b', '/a: /a']],
  [
    'an exact route falls through to prefixes',
    ['=/a/b POST', '/a/ GET', '/'],
    ['=/a/b: =/a/b POST, /a/ GET, /', '/a/: /a/ GET, /', '/: /'],
  ],
  ['an exact path is no prefix', ['=/a', '/a/b POST'], ['=/a: =/a', '/a/b: /a/b POST']],
  ['a prefix need not end with a slash', ['/ab POST', '/a'], ['/ab: /ab POST, /a', '/a: /a']],
  ['neighbours do not count', ['/b POST', '/a'], ['/b: /b POST', '/a: /a']],
])('%s', (_name, given, want) => {
  expect(entriesOf(...given)).toEqual(want);
});

test('the routes of a path that none names', () => {
  const groups = groupByPath(routesOf('/v1/ POST', '/'));
  expect(candidatesFor({ kind: 'exact', path: '/v1' }, groups).map(({ name }) => name)).toEqual(['/']);
  expect(candidatesFor({ kind: 'prefix', path: '/v1/models' }, groups).map(({ name }) => name)).toEqual([
    '/v1/ POST',
    '/',
  ]);
});
