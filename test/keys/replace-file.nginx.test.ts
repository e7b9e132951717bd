import { chmod, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile } from '../../src/keys/replace-file.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

// Root alone gives files away.
test('mode and owner stay, and nothing else is left in the folder', async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, 'apps.keys');
    await writeFile(path, 'old');
    await chmod(path, 0o606);
    await chown(path, 65_534, 65_533);
    const { ino } = await stat(path);
    await replaceFile({ path, name: 'apps.keys', before: Buffer.from('old'), after: Buffer.from('new') });
    const after = await stat(path);
    expect({ mode: after.mode & 0o7777, uid: after.uid, gid: after.gid }).toEqual({
      mode: 0o606,
      uid: 65_534,
      gid: 65_533,
    });
    expect(after.ino).not.toBe(ino);
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['apps.keys']);
  });
});
