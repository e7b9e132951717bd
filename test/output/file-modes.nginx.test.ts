import { chmod, chown, lstat, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createManifest } from '../../src/output/manifest.ts';
import { type WrittenFile, writeArtifacts } from '../../src/output/write-artifacts.ts';
import { lowerContextOf } from '../helpers/lower-context.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

/** Debian's number of `www-data`. */
const workers = 33;

const spec = `
upstreams: { llm: { provider: ollama, servers: ["127.0.0.1:9"] } }
routes: [{ path: /v1/, upstream: llm, auth: none }]`;

/** Builds of a gateway with a configuration, keys and passwords, which say `state`. */
async function builds(folder: string): Promise<(state: string) => ReturnType<typeof writeArtifacts>> {
  const { gateway } = await lowerContextOf(spec);
  return (state) => {
    const files: readonly WrittenFile[] = ['nginx.conf', 'keys/apps.keys', 'keys/staff.htpasswd'].map((path) => ({
      path,
      text: `# ${state} ${path}\n`,
    }));
    const artifacts = files.map((file) => ({ ...file, meant: null }));
    const manifest = createManifest({ artifacts, gateway, spec: null, target: 'debian-12', toolVersion: '0' });
    return writeArtifacts({ folder, files, manifest, readers: 'www-data' });
  };
}

async function ownership(folder: string, path: string): Promise<string> {
  const { mode, uid, gid } = await stat(join(folder, path));
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
}

test('new files follow the umask, and hashes are for the owner and for the workers alone', async () => {
  await withTemporaryFolder(async (folder) => {
    await (await builds(folder))('first');
    expect(await ownership(folder, 'nginx.conf')).toBe('644 0:0');
    expect(await ownership(folder, 'keys/apps.keys')).toBe(`640 0:${workers}`);
    expect(await ownership(folder, 'keys/staff.htpasswd')).toBe(`640 0:${workers}`);
  });
});

test('a new file with hashes takes the group of its folder', async () => {
  await withTemporaryFolder(async (folder) => {
    const build = await builds(folder);
    await build('first');
    await chown(join(folder, 'keys'), 0, 65_533);
    await rm(join(folder, 'keys/apps.keys'));
    await build('second');
    expect(await ownership(folder, 'keys/apps.keys')).toBe('640 0:65533');
  });
});

test('a rebuild keeps modes and owners', async () => {
  await withTemporaryFolder(async (folder) => {
    const build = await builds(folder);
    await build('first');
    const given = [
      ['nginx.conf', 0o604, 65_534, 65_533],
      ['keys/apps.keys', 0o600, 0, 0],
      ['keys/staff.htpasswd', 0o440, 65_534, 65_533],
      ['openclaw.manifest.json', 0o600, 65_534, 65_533],
      ['openclaw.originals.tar', 0o600, 0, 65_533],
    ] as const;
    for (const [path, mode, uid, gid] of given) {
      await chmod(join(folder, path), mode);
      await chown(join(folder, path), uid, gid);
    }
    await build('second');
    expect(await readFile(join(folder, 'keys/apps.keys'), 'utf8')).toContain('second');
    for (const [path, mode, uid, gid] of given)
      expect(`${path} ${await ownership(folder, path)}`).toBe(`${path} ${mode.toString(8)} ${uid}:${gid}`);
  });
});

test('hashes that everybody could read are narrowed, changed or not, and the workers can still read them', async () => {
  await withTemporaryFolder(async (folder) => {
    const build = await builds(folder);
    await build('first');
    for (const path of ['keys/apps.keys', 'keys/staff.htpasswd']) {
      await chown(join(folder, path), 0, 0);
      await chmod(join(folder, path), 0o666);
    }
    const { changed, narrowed } = await build('first');
    expect({ changed, narrowed }).toEqual({ changed: 0, narrowed: ['keys/apps.keys', 'keys/staff.htpasswd'] });
    expect(await ownership(folder, 'keys/apps.keys')).toBe(`640 0:${workers}`);
    expect(await ownership(folder, 'keys/staff.htpasswd')).toBe(`640 0:${workers}`);
  });
});

test('what takes the place of a symbolic link has the mode of what it led to, which stays as it was', async () => {
  await withTemporaryFolder(async (folder) => {
    const build = await builds(folder);
    await build('first');
    const elsewhere = join(folder, 'elsewhere');
    await writeFile(elsewhere, '# first keys/apps.keys\n', { mode: 0o600 });
    await rm(join(folder, 'keys/apps.keys'));
    await symlink(elsewhere, join(folder, 'keys/apps.keys'));
    await build('second');
    expect((await lstat(join(folder, 'keys/apps.keys'))).isFile()).toBe(true);
    expect(await ownership(folder, 'keys/apps.keys')).toBe('600 0:0');
    expect(await readFile(elsewhere, 'utf8')).toContain('first');
  });
});
