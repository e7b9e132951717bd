import { packTar, type TarFile, unpackTar } from './tar.ts';

/**
 * What the last build wrote, beside what people have made of it since (docs/decisions/0009). Nothing but `diff` reads
 * it, and without it `diff` says less.
 */
export const originalsName = 'openclaw.originals.tar';

export function writeOriginals(files: readonly TarFile[]): string {
  const byPath = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return packTar(byPath).toString('utf8');
}

/** Texts by path. They are to be trusted as far as their hashes are those of the manifest. */
export function readOriginals(text: string): ReadonlyMap<string, string> {
  return new Map(unpackTar(Buffer.from(text)).map((file) => [file.path, file.text]));
}
