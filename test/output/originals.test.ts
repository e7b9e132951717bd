import { execa } from 'execa';
import { expect, test } from 'vitest';
import { readOriginals, writeOriginals } from '../../src/output/originals.ts';

const files = [
  { path: 'nginx.conf', text: 'events { }\n' },
  { path: 'conf.d/é.conf', text: '# 日本語\n'.repeat(100) },
  { path: 'empty', text: '' },
  { path: 'exactly-a-block', text: 'x'.repeat(512) },
];

test('texts come back as they were', async () => {
  expect(await readOriginals(await writeOriginals(files))).toEqual(
    new Map(files.map(({ path, text }) => [path, text])),
  );
});

test('names that are as long as names can be come back too, and real tar reads them', async () => {
  const long = { path: `lua/access/${'p'.repeat(80)}/${'u'.repeat(63)}.lua`, text: 'return 1\n' };
  const archive = await writeOriginals([...files, long]);
  expect((await readOriginals(archive)).get(long.path)).toBe(long.text);
  const { stdout } = await execa('tar', ['-tf', '-'], { input: Buffer.from(archive, 'utf8') });
  expect(stdout.split('\n')).toContain(long.path);
});

test('the order of the files does not count', async () => {
  expect(await writeOriginals([...files].reverse())).toBe(await writeOriginals(files));
});

test('hashes of keys and passwords are not kept', async () => {
  const hash = 'a'.repeat(64);
  const archive = await writeOriginals([...files, { path: 'keys/main.keys', text: `mobile sha256:${hash}\n` }]);
  expect(archive).toBe(await writeOriginals(files));
});

test.each([
  ['nothing', ''],
  ['text', 'mine\n'],
  ['half a header', (await writeOriginals(files)).slice(0, 300)],
  ['a size that is none', (await writeOriginals(files)).replace(/0000000\d{4}\0/, 'zzzzzzzzzzz\0')],
  ['a size beyond the end', (await writeOriginals(files)).replace(/0000000\d{4}\0/, '77777777777\0')],
])('%s is no archive, and no reason to fail', async (_name, text) => {
  expect(await readOriginals(text)).toEqual(new Map());
});
