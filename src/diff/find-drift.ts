import { hashText, type Manifest } from '../output/manifest.ts';
import { type Files, patchFile } from './text-patch.ts';

/** A file of a build that somebody has changed since. */
export interface DriftedFile {
  readonly path: string;
  readonly state: 'edited' | 'deleted';
  /** From what was built to what is there; null when what was built is not known any more. */
  readonly patch: string | null;
}

/**
 * Compares a folder with its manifest, which has hashes only: the text of a file as built is known when the new build
 * would write the same one.
 */
export function findDrift(options: { manifest: Manifest; found: Files; built: Files }): readonly DriftedFile[] {
  const { manifest, found, built } = options;
  return Object.entries(manifest.files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, hash]): readonly DriftedFile[] => {
      const text = found.get(path);
      if (text !== undefined && hashText(text) === hash) return [];
      const original = built.get(path);
      const isKnown = original !== undefined && hashText(original) === hash;
      return [
        {
          path,
          state: text === undefined ? 'deleted' : 'edited',
          patch: isKnown && text !== undefined ? patchFile(path, original, text) : null,
        },
      ];
    });
}
