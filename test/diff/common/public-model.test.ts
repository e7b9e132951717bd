import { expect, test } from 'vitest';
import { readPublicModel } from '../../../src/diff/common/public-model.ts';
import type { PlainValue } from '../../../src/source/value-node.ts';
import { maximalModel } from '../maximal-model.ts';

type PlainMap = { readonly [key: string]: PlainValue };

const model = JSON.parse(JSON.stringify(maximalModel)) as PlainMap;

test('a model is read as it is', () => {
  expect(readPublicModel(model)).toEqual(maximalModel);
});

test.each([
  'server',
  'upstreams',
  'models',
  'routes',
  'keyMaps',
  'tokenIssuers',
  'introspection',
  'basicAuth',
  'clientCertificates',
  'rateZones',
])('without %s it is of another version, and not compared', (key) => {
  const { [key]: _gone, ...rest } = model;
  expect(readPublicModel(rest)).toBeUndefined();
});

test.each<[string, string, PlainValue]>([
  [
    'what a route asks for in one word',
    'routes',
    [{ ...(maximalModel.routes[0] as unknown as PlainMap), auth: 'none' }],
  ],
  [
    'a key of an upstream alone',
    'upstreams',
    [{ ...(maximalModel.upstreams[0] as unknown as PlainMap), credential: {} }],
  ],
  [
    'an upstream alone as what answers a route',
    'routes',
    [{ ...(maximalModel.routes[0] as unknown as PlainMap), destination: null, upstream: 'openai' }],
  ],
  ['no rules for addresses', 'server', { ...(maximalModel.server as unknown as PlainMap), addresses: null }],
])('with %s it is of an older version, and not compared', (_name, key, value) => {
  expect(readPublicModel({ ...model, [key]: value })).toBeUndefined();
});
