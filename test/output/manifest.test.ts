import { describe, expect, test } from 'vitest';
import { hashText, readManifest } from '../../src/output/manifest.ts';
import { placeInFolder } from '../../src/output/output-folder.ts';

const good = {
  formatVersion: 1,
  tool: '1',
  target: 'debian-13',
  specHash: 'sha256:',
  files: { a: 'sha256:' },
  model: {},
};

test('a hash names its kind', () => {
  expect(hashText('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

describe('readManifest', () => {
  test('reads what was written', () => {
    expect(readManifest(JSON.stringify(good))).toEqual(good);
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['another version', JSON.stringify({ ...good, formatVersion: 2 })],
    ['no files', JSON.stringify({ ...good, files: undefined })],
    ['files that are no hashes', JSON.stringify({ ...good, files: { a: 1 } })],
    ['a list of files', JSON.stringify({ ...good, files: null })],
  ])('%s is no manifest', (_name, text) => {
    expect(readManifest(text)).toBeUndefined();
  });
});

describe('placeInFolder', () => {
  test.each(['nginx.conf', 'conf.d/routes.conf', '..conf', 'a/..b'])('%s is inside', (path) => {
    expect(placeInFolder('/out', path)).toBe(`/out/${path}`);
  });

  test.each(['', '.', '..', '../evil', 'a/../../evil', '/etc/passwd', '../out-too/a'])('%j is not', (path) => {
    expect(() => placeInFolder('/out', path)).toThrow('is outside of `/out`');
  });
});
