import { dirname, relative, sep } from 'node:path';
import { readLastManifest } from '../output/output-folder.ts';

/** How deep in its folder a build puts files. */
const depth = 3;

/** The folder whose build writes a file, if there is one: what is edited there is gone with the next build. */
export async function findBuilder(path: string): Promise<string | undefined> {
  let folder = dirname(path);
  for (let level = 0; level < depth; level += 1) {
    const manifest = await readLastManifest(folder).catch(() => undefined);
    const name = relative(folder, path).replaceAll(sep, '/');
    if (manifest !== undefined && Object.hasOwn(manifest.files, name)) return folder;
    folder = dirname(folder);
  }
  return undefined;
}
