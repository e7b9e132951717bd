import { lstat, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile } from '../../src/keys/replace-file.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

/** A folder with `apps.keys`, which says `old`. */
function withFile(work: (place: { readonly folder: string; readonly path: string }) => Promise<void>): Promise<void> {
  return withTemporaryFolder(async (folder) => {
    const path = join(folder, 'apps.keys');
    await writeFile(path, 'old');
    await work({ folder, path });
  });
}

function replace(path: string, before: string | undefined = 'old'): Promise<void> {
  const bytes = before === undefined ? undefined : Buffer.from(before);
  return replaceFile({ path, name: 'apps.keys', before: bytes, after: Buffer.from('new') });
}

test('a symbolic link stays one, and what it leads to is replaced', async () => {
  await withFile(async ({ folder, path }) => {
    const link = join(folder, 'link');
    await symlink('apps.keys', link);
    await replace(link);
    expect((await lstat(link)).isSymbolicLink() && (await readlink(link))).toBe('apps.keys');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await lstat(path)).isFile()).toBe(true);
  });
});

test('a new file can be read by its group and by nobody else', async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, 'new.keys');
    const mask = process.umask(0o027);
    await replaceFile({ path, name: 'new.keys', before: undefined, after: Buffer.from('new') });
    process.umask(mask);
    expect((await stat(path)).mode & 0o7777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['new.keys']);
  });
});

test('a new file is no wider than the umask allows', async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, 'new.keys');
    const mask = process.umask(0o077);
    await replaceFile({ path, name: 'new.keys', before: undefined, after: Buffer.from('new') });
    process.umask(mask);
    expect((await stat(path)).mode & 0o7777).toBe(0o600);
  });
});

test.each<[string, string | undefined, string]>([
  ['it says something else now', 'other', 'it was changed meanwhile'],
  ['it is there now', undefined, 'it was changed meanwhile'],
])('nothing is written when %s', async (_name, before, reason) => {
  await withFile(async ({ folder, path }) => {
    const attempt = replaceFile({
      path,
      name: 'apps.keys',
      before: before === undefined ? undefined : Buffer.from(before),
      after: Buffer.from('new'),
    });
    await expect(attempt).rejects.toThrow(`cannot write \`apps.keys\`: ${reason}`);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['apps.keys']);
  });
});

test('of many at once, one writes and the others are told', async () => {
  await withFile(async ({ folder, path }) => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        replaceFile({ path, name: 'apps.keys', before: Buffer.from('old'), after: Buffer.from(`new ${index}`) }),
      ),
    );
    const done = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [`new ${index}`] : []));
    expect(done).toEqual([await readFile(path, 'utf8')]);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason.message).toMatch(/: (?:somebody else is writing it|it was changed meanwhile)$/);
    expect(await readdir(folder)).toEqual(['apps.keys']);
  });
});

test('what a command left that was ended half-way is named, and not removed', async () => {
  await withFile(async ({ folder, path }) => {
    const left = join(folder, '.apps.keys.openclaw-new');
    await writeFile(left, 'half');
    await expect(replace(path)).rejects.toMatchObject({
      message: 'cannot write `apps.keys`: somebody else is writing it',
      help: expect.stringContaining(left),
    });
    expect(await readFile(left, 'utf8')).toBe('half');
    expect(await readFile(path, 'utf8')).toBe('old');
  });
});

test('a link that leads nowhere is not filled', async () => {
  await withTemporaryFolder(async (folder) => {
    const link = join(folder, 'link');
    await symlink('nowhere', link);
    const attempt = replaceFile({ path: link, name: 'link', before: undefined, after: Buffer.from('new') });
    await expect(attempt).rejects.toThrow('something of that name is in the way');
    expect(await readdir(folder)).toEqual(['link']);
  });
});
