import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import type { TestEngine } from '../helpers/docker-engine.ts';

const programs = ['sh', 'bash', 'dash', 'cat', 'head', 'tar', 'mkdir', 'rm', 'sleep', 'date'];

/** An image with the nginx of this machine, and no more than that needs: a second, where a Debian of its own takes a minute. */
export async function importHostImage(engine: TestEngine): Promise<string> {
  const image = 'openclaw-test:1.22';
  const modules = (await readdir('/usr/lib/nginx/modules')).map((name) => `/usr/lib/nginx/modules/${name}`);
  const binaries = ['/usr/sbin/nginx', ...modules, ...programs.map((name) => `/usr/bin/${name}`)];
  const { stdout } = await execa('ldd', binaries);
  const libraries = new Set(stdout.match(/\/\S+\.so[.\d]*(?= \(0x)/g) ?? []);
  const places = await Promise.all([...libraries].map(namesOf));
  const found = [...new Set([...binaries, ...places.flat()])].map((file) => file.slice(1));
  const links = ['bin', 'lib', 'lib64', 'sbin', 'etc/passwd', 'etc/group', 'etc/nsswitch.conf'];
  // Folders that an archive does not name are made closed to all but root.
  const folders = new Set(['tmp', 'proc', 'sys', 'dev', 'etc', 'usr/share', ...found.flatMap(foldersAbove)]);
  const files = [...links, ...found, 'usr/share/lua'];
  const archive = await execa('tar', ['-C', '/', '-c', '--no-recursion', ...folders, '--recursion', ...files], {
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
async function namesOf(library: string): Promise<readonly string[]> {
  return [join(await realpath(dirname(library)), basename(library)), await realpath(library)];
}
