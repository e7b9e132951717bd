import { expect, test } from 'vitest';
import { mapView } from '../../src/lower/common/map-view.ts';
import type { SomeNeeds } from '../../src/lower/common/needs.ts';
import { mergeNeeds } from '../../src/lower/merge-needs.ts';
import { text, variable } from '../../src/nginx/token.ts';

const map = (value: string) =>
  mapView({ source: variable('uri'), variable: variable('openclaw_a'), otherwise: text(value), entries: [] });

test('nobody needs nothing', () => {
  expect(mergeNeeds([{}, {}])).toEqual({
    modules: [],
    library: [],
    capabilities: [],
    variables: [],
    sharedMemory: [],
    maps: [],
    phases: { headerFilter: [], bodyFilter: [], log: [] },
    data: {},
  });
});

test('what several need is there once, in the order in which they come', () => {
  const needs = mergeNeeds([
    {
      library: ['b', 'a'],
      variables: ['openclaw_b'],
      phases: { headerFilter: ['x'], bodyFilter: ['x'], log: ['d', 'x'] },
    },
    { library: ['a', 'c'], variables: ['openclaw_a', 'openclaw_b'], phases: { bodyFilter: ['x'], log: ['y', 'x'] } },
  ]);
  expect(needs.library).toEqual(['b', 'a', 'c']);
  expect(needs.variables).toEqual(['openclaw_b', 'openclaw_a']);
  expect(needs.phases).toEqual({ headerFilter: ['x'], bodyFilter: ['x'], log: ['d', 'x', 'y'] });
});

test('a module that takes data is part of the library', () => {
  const { library, capabilities, data } = mergeNeeds([
    { library: ['a'], capabilities: ['b'], data: { body_timeout: 1 } },
    { capabilities: ['c'], data: { websockets: { chat: true } } },
  ]);
  expect(library).toEqual(['a', 'b', 'c']);
  expect(capabilities).toEqual(['b', 'c']);
  expect(data).toEqual({ body_timeout: 1, websockets: { chat: true } });
});

test('the same memory and the same map are there once', () => {
  const both: SomeNeeds = { sharedMemory: [{ name: 'm', size: '1m' }], maps: [map('0')] };
  const again: SomeNeeds = { sharedMemory: [{ name: 'm', size: '1m' }], maps: [map('0')] };
  const { sharedMemory, maps } = mergeNeeds([both, again]);
  expect(sharedMemory).toEqual([{ name: 'm', size: '1m' }]);
  expect(maps).toEqual([map('0')]);
});

test.each<[string, SomeNeeds, SomeNeeds]>([
  [
    'two of one name that differ: memory m',
    { sharedMemory: [{ name: 'm', size: '1m' }] },
    { sharedMemory: [{ name: 'm', size: '2m' }] },
  ],
  ['two of one name that differ: map of $openclaw_a', { maps: [map('0')] }, { maps: [map('1')] }],
  ['two body filters: x, y', { phases: { bodyFilter: ['x'] } }, { phases: { bodyFilter: ['y'] } }],
  ['two capabilities write `body_timeout` into', { data: { body_timeout: 1 } }, { data: { body_timeout: 1 } }],
])('%s is a defect', (message, one, other) => {
  expect(() => mergeNeeds([one, other])).toThrow(message);
});
