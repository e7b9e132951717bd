import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSink } from '../../../src/gateway/common/context.ts';
import { nameRoutes } from '../../../src/gateway/routes/names.ts';
import { namePattern, routePath } from '../../../src/language/common/scalars.ts';
import type { MapNode } from '../../../src/source/value-node.ts';

const root: MapNode = {
  kind: 'map',
  entries: [],
  span: { source: { name: 'openclaw.yaml', text: '', secrets: [] }, start: 0, end: 0 },
};

function namesOf(...routes: readonly (string | readonly [name: string, path: string])[]): readonly string[] {
  const sections = routes.map((route) => {
    const [name, path] = typeof route === 'string' ? [undefined, route] : route;
    return { ...(name !== undefined && { name }), path: routePath.parse(path), upstream: 'llm' };
  });
  return nameRoutes(sections, createSink(root));
}

test.each<[string, string]>([
  ['/', 'root'],
  ['/v1/chat/completions', 'v1-chat-completions'],
  ['=/v1/models', 'v1-models'],
  ['/V1/Chat/', 'v1-chat'],
  ['/2024/', 'route-2024'],
  ['/openclaw', 'route-openclaw'],
  ['/{}', 'root'],
])('%s is called %s', (path, name) => {
  expect(namesOf(path)).toEqual([name]);
});

test('names are counted where they meet, around those that are given', () => {
  expect(namesOf('/a', '/a', ['a-2', '/b'], '/a', '=/a')).toEqual(['a', 'a-3', 'a-2', 'a-4', 'a-5']);
});

test('every route has a name of its own that is a name', () => {
  const path = fc.string({ unit: fc.constantFrom(...'/ab-1{;Z'), maxLength: 80 }).map((text) => `/${text}`);
  const valid = path.filter((text) => routePath.safeParse(text).success);
  fc.assert(
    fc.property(fc.array(valid, { maxLength: 20 }), (paths) => {
      const names = namesOf(...paths);
      expect(new Set(names).size).toBe(paths.length);
      for (const name of names) expect(name).toMatch(namePattern);
    }),
  );
});
