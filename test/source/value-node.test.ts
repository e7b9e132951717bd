import { expect, test } from 'vitest';
import { parseYaml } from '../../src/source/parse-yaml.ts';
import { entryOf, locate, type MapNode, toPlain } from '../../src/source/value-node.ts';

function parsed(text: string): MapNode {
  const { value } = parseYaml(text, 'a.yaml', { left: 1000 });
  if (!value) throw new Error('no value');
  return value;
}

test('a key `__proto__` is only a key', () => {
  const plain = toPlain(parsed('__proto__: { admin: true }\nconstructor: 1\n')) as Record<string, unknown>;
  expect(Object.getPrototypeOf(plain)).toBe(null);
  expect(Object.keys(plain)).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>).admin).toBe(undefined);
  expect(entryOf(parsed('a: 1\n'), '__proto__')).toBe(undefined);
});

test('locate follows a path as far as it goes', () => {
  const root = parsed('routes:\n  - path: /\n  - upstream: a\n');
  const found = locate(root, ['routes', 1, 'upstream']);
  expect([found.found, found.node.kind === 'scalar' && found.node.value, found.keySpan?.start]).toEqual([
    true,
    'a',
    24,
  ]);
  const missing = locate(root, ['routes', 1, 'upstream', 'x']);
  expect([missing.found, missing.node]).toEqual([false, found.node]);
});
