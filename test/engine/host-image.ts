import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { rootOf } from '../helpers/nginx/workspace.ts';
import type { TestEngine } from '../helpers/docker-engine.ts';

const programs = ['sh', 'bash', 'dash', 'cat', 'head', 'tar', 'mkdir', 'rm', 'sleep', 'date'];

/** An image with the nginx of this machine, and no more than that needs: a second, where a Debian of its own takes a minute. */
export async function importHostImage(engine: TestEngine, release: '1.22' | '1.26' | '1.30' = '1.22'): Promise<string> {
  const image = `openclaw-test:${release}`;
  const root = rootOf(release) || '/';
  const modules = (await readdir(`${root}/usr/lib/nginx/modules`)).map((name) => `/usr/lib/nginx/modules/${name}`);
  const binaries = ['/usr/sbin/nginx', ...modules, ...programs.map((name) => `/usr/bin/${name}`)];
  const { stdout } = await execa('chroot', [root, 'ldd', ...binaries]);
  const libraries = new Set(stdout.match(/\/\S+\.so[.\d]*(?= \(0x)/g) ?? []);
  const places = await Promise.all([...libraries].map((l) => namesOf(l, root)));
  const found = [...new Set([...binaries, ...places.flat()])].map((file) => file.slice(1));
  const links = ['bin', 'lib', 'lib64', 'sbin', 'etc/passwd', 'etc/group', 'etc/nsswitch.conf'];
  // Folders that an archive does not name are made closed to all but root.
  const folders = new Set(['tmp', 'proc', 'sys', 'dev', 'etc', 'usr/share', ...found.flatMap(foldersAbove)]);
  const files = [...links, ...found, 'usr/share/lua'];
  const archive = await execa('tar', ['-C', root, '-c', '--no-recursion', ...folders, '--recursion', ...files], {
    encoding: 'buffer',
    maxBuffer: 1e9,
  });
  await execa(engine.name, ['import', '-', image], { env: engine.env, extendEnv: false, input: archive.stdout });
  return image;
}

function foldersAbove(file: string): readonly string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [...foldersAbove(folder), folder];
}

/** Where a library lies, and the name by which it is found there; `/lib` is a link. */
async function namesOf(library: string, root: string): Promise<readonly string[]> {
  const { stdout } = await execa('chroot', [root, 'realpath', dirname(library), library]);
  const [d = '', f = ''] = stdout.split('\n');
  return [join(d, basename(library)), f];
}
