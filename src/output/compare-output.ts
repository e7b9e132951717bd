import { type Manifest, manifestName, writeManifest } from './manifest.ts';
import { readLastManifest, readOutput } from './output-folder.ts';
import type { WrittenFile } from './write-artifacts.ts';

export interface StaleFile {
  readonly path: string;
  readonly state: 'missing' | 'different' | 'not needed any more';
}

/** Which files of a folder differ from what would be built; empty when it is up to date. */
export async function compareOutput(options: {
  folder: string;
  files: readonly WrittenFile[];
  manifest: Manifest;
}): Promise<readonly StaleFile[]> {
  const { folder, manifest } = options;
  const files = [...options.files, { path: manifestName, text: writeManifest(manifest) }];
  const stale: StaleFile[] = [];
  for (const { path, text } of files) {
    const found = await readOutput(folder, path);
    if (found !== text) stale.push({ path, state: found === undefined ? 'missing' : 'different' });
  }
  const wanted = new Set(files.map((file) => file.path));
  const last = await readLastManifest(folder);
  for (const path of Object.keys(last?.files ?? {})) {
    if (!wanted.has(path) && (await readOutput(folder, path)) !== undefined)
      stale.push({ path, state: 'not needed any more' });
  }
  return stale;
}
