import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentName } from '../../../src/lower/common/content-name.ts';
import { pathName } from '../../../src/lower/common/path-name.ts';

test.each<[parts: readonly string[], joint: string, name: string]>([
  [['chat'], '-', 'openclaw_side_chat'],
  [['chat-for-staff'], '-', 'openclaw_side_chat_for_staff'],
  [['x-tier', 'gold'], '-', 'openclaw_side_x_tier__gold'],
  [['10.0.0.0', '8'], '.', 'openclaw_side_10_0_0_0__8'],
  [['chat_for_staff'], '-', 'openclaw_side_chat_for_staff_f8640fed'],
  [['gpt-*'], '-', 'openclaw_side_gpt_7cf07745'],
  [['GPT'], '-', 'openclaw_side_gpt_996816fc'],
  [['a--b'], '-', 'openclaw_side_a_b_0c9595e7'],
  [['*'], '-', 'openclaw_side_6d25a851'],
  [['0a1b2c3d'], '-', 'openclaw_side_0a1b2c3d_a3073eba'],
  [['a'.repeat(41)], '-', `openclaw_side_${'a'.repeat(40)}_e223bfa2`],
])('%j joined by `%s` is %s', (parts, joint, name) => {
  expect(contentName('openclaw_side', parts, joint)).toBe(name);
});

test.each<[kind: 'exact' | 'prefix', path: string, name: string]>([
  ['prefix', '/', 'openclaw_handler_anywhere'],
  ['prefix', '/v1/', 'openclaw_handler_below_v1'],
  ['prefix', '/v1', 'openclaw_handler_from_v1'],
  ['exact', '/v1/models', 'openclaw_handler_at_v1_models'],
  ['exact', '/', 'openclaw_handler_at_055539df'],
  ['prefix', '/v1-models', 'openclaw_handler_from_v1_models_a8f2f908'],
])('%s %s is %s', (kind, path, name) => {
  expect(pathName('openclaw_handler', { kind, path })).toBe(name);
});

test('no two contents have one name, and each is short enough to be a variable', () => {
  const part = fc.string({ unit: fc.constantFrom(...'ab1-_./A*é', 'a-b'), maxLength: 50 });
  const content = fc.array(part, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(content, content, fc.constantFrom('-', '_', '.', '/'), (one, other, joint) => {
      const [first, second] = [one, other].map((parts) => contentName('openclaw_side', parts, joint)) as [
        string,
        string,
      ];
      expect(first === second).toBe(JSON.stringify(one) === JSON.stringify(other));
      expect(first).toMatch(/^openclaw_side_[a-z0-9_]{1,49}$/);
    }),
    { numRuns: 2000 },
  );
});
