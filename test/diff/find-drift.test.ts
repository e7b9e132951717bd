import { expect, test } from 'vitest';
import { findDrift } from '../../src/diff/find-drift.ts';
import { hashText } from '../../src/output/manifest.ts';

test('an edit of a file with hashes of keys is named, and not shown even when the file is known', () => {
  const path = 'keys/main.keys';
  const built = new Map([[path, `mobile ${'a'.repeat(64)}\n`]]);
  const manifest = {
    formatVersion: 1,
    tool: '1',
    target: 'debian-13',
    specHash: 'sha256:',
    files: Object.fromEntries([...built].map(([name, text]) => [name, hashText(text)])),
    model: {},
  } as const;
  const found = new Map([[path, `mobile ${'b'.repeat(64)}\n`]]);
  expect(findDrift({ lastBuild: { manifest, originals: built }, found, built })).toEqual([
    { path, state: 'edited', patch: null },
  ]);
});
