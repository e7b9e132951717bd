import { expect, test } from 'vitest';
import { asksMore } from '../../../src/diff/callers/asks-more.ts';
import { compareAuth } from '../../../src/diff/callers/compare-auth.ts';
import type { PublicModel, PublicRoute } from '../../../src/diff/common/public-model.ts';
import { maximalModel } from '../maximal-model.ts';

type Auth = PublicRoute['auth'];

const names = ['apps', 'login', 'staff'];
const sets = names.flatMap((one, index) => [
  [one],
  ...names.slice(index + 1).map((other) => [one, other]),
  ...(index === 0 ? [names] : []),
]);
const auths: readonly Auth[] = [
  { kind: 'none' },
  { kind: 'unset' },
  ...sets.flatMap((methods): readonly Auth[] => [
    { kind: 'any', methods },
    { kind: 'all', methods },
  ]),
];
const gateways = { before: maximalModel, after: maximalModel };

function letsIn(auth: Auth, proven: readonly string[]): boolean {
  if (auth.kind === 'any') return auth.methods.some((name) => proven.includes(name));
  return auth.kind === 'all' ? auth.methods.every((name) => proven.includes(name)) : true;
}

test('what a route asks for is as strict as something else when whoever proves it could call before', () => {
  const callers = [[], ...sets];
  for (const before of auths) {
    for (const after of auths) {
      const { isAsStrict, isAsOpen } = compareAuth(before, after, gateways);
      const newcomers = callers.filter((proven) => letsIn(after, proven) && !letsIn(before, proven));
      const refused = callers.filter((proven) => letsIn(before, proven) && !letsIn(after, proven));
      const pair = JSON.stringify([before, after]);
      expect([pair, isAsStrict]).toEqual([pair, newcomers.length === 0]);
      expect([pair, isAsOpen]).toEqual([pair, refused.length === 0]);
    }
  }
});

const [route] = maximalModel.routes;
const withRoute = (changes: Partial<PublicRoute>): PublicRoute => ({ ...(route as PublicRoute), ...changes });

test.each<[string, Partial<PublicRoute>, boolean]>([
  ['the same', {}, false],
  ['everyone', { auth: { kind: 'none' } }, true],
  ['one of more', { auth: { kind: 'any', methods: ['apps', 'login', 'staff'] } }, true],
  ['one of fewer', { auth: { kind: 'any', methods: ['apps'] } }, false],
  ['something else', { auth: { kind: 'any', methods: ['staff'] } }, true],
  ['fewer addresses', { addresses: { allow: ['10.0.0.0/16'], deny: [] } }, false],
  ['more addresses', { addresses: { allow: ['10.0.0.0/8'], deny: [] } }, true],
  ['every client', { conditions: [] }, true],
])('whether a route asks for more than one that asks for %s', (_name, changes, wanted) => {
  expect(asksMore(withRoute({}), withRoute(changes), gateways)).toBe(wanted);
});

test('a route asks for more than one that other clients have the right for', () => {
  // The model's clients may call `chat` and nothing else.
  expect(asksMore(withRoute({ name: 'jobs' }), withRoute({}), gateways)).toBe(true);
  expect(asksMore(withRoute({}), withRoute({ name: 'jobs' }), gateways)).toBe(false);
});

test('another name for what means the same is the same, for what means something else it is not', () => {
  const [map] = maximalModel.keyMaps;
  if (map === undefined) throw new Error('the model has a key map');
  const after: PublicModel = { ...maximalModel, keyMaps: [{ ...map, name: 'programs' }] };
  const other: PublicModel = { ...maximalModel, keyMaps: [{ ...map, name: 'programs', file: 'others.keys' }] };
  const before: Auth = { kind: 'any', methods: ['apps'] };
  const now: Auth = { kind: 'any', methods: ['programs'] };
  expect(compareAuth(before, now, { before: maximalModel, after })).toMatchObject({ isAsStrict: true, isAsOpen: true });
  expect(compareAuth(before, now, { before: maximalModel, after: other })).toMatchObject({ isAsStrict: false });
});
