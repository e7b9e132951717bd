import { compareText } from '../compare-text.ts';
import { hashText, type Manifest } from '../output/manifest.ts';
import { hasKeyHashes } from '../output/originals.ts';
import { type Files, patchFile } from './text-patch.ts';

/** What a folder knows of the build that wrote it. */
export interface LastBuild {
  readonly manifest: Manifest;
  /** Texts as they were written; of folders that older versions built there are none. */
  readonly originals: Files;
}

/** A file of a build that somebody has changed since. */
export interface DriftedFile {
  readonly path: string;
  readonly state: 'edited' | 'deleted';
  /** From what was built to what is there; null when what was built is not known any more, or nobody's to see. */
  readonly patch: string | null;
}

/**
 * Compares a folder with its manifest, which has hashes only. The text of a file as built is the one with that hash:
 * the original that was kept, or what the new build would write.
 */
export function findDrift(options: {
  readonly lastBuild: LastBuild;
  readonly found: Files;
  readonly built: Files;
}): readonly DriftedFile[] {
  const { lastBuild, found, built } = options;
  return Object.entries(lastBuild.manifest.files)
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([path, hash]): readonly DriftedFile[] => {
      const text = found.get(path);
      if (text === undefined) return [{ path, state: 'deleted', patch: null }];
      if (hashText(text) === hash) return [];
      if (hasKeyHashes(path)) return [{ path, state: 'edited', patch: null }];
      const original = [lastBuild.originals, built]
        .map((files) => files.get(path))
        .find((known) => known !== undefined && hashText(known) === hash);
      return [{ path, state: 'edited', patch: original === undefined ? null : patchFile(path, original, text) }];
    });
}
