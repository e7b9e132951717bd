import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { buildBin, openclaw } from './openclaw.ts';

const spec = `version: 1
upstreams:
  llm: [127.0.0.1:8000]
routes:
  - { path: /, upstream: llm, auth: none }
`;

beforeAll(buildBin);

describe('--overlay and --target', () => {
  test('--target local asks the nginx of this machine', async () => {
    await withTemporaryFolder(async (cwd) => {
      await writeFile(join(cwd, 'openclaw.yaml'), spec);
      const found = await openclaw(['build', '-o', '-', '--target', 'local'], { cwd });
      expect(found.exitCode, found.stderr).toBe(0);
      const folder = join(cwd, 'empty');
      await mkdir(folder);
      await symlink(process.execPath, join(folder, 'node'));
      const none = await openclaw(['build', '--target', 'local'], { cwd, env: { PATH: folder } });
      expect(none.exitCode).toBe(3);
      expect(none.stderr).toMatch(/^error: there is no nginx on this machine\n {2}= help: /);
    });
  });
});
