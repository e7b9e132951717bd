import { packTar, type TarFile, unpackTar } from './tar.ts';

/**
 * What the last build wrote, beside what people have made of it since (docs/decisions/0009). Nothing but `diff` reads
 * it, and without it `diff` says less.
 */
export const originalsName = 'openclaw.originals.tar';

/** Whether a file has hashes of keys or passwords, of which one copy is enough and which nobody needs to see. */
export function hasKeyHashes(path: string): boolean {
  return path.startsWith('keys/');
}

export async function writeOriginals(files: readonly TarFile[]): Promise<string> {
  const kept = files.filter(({ path }) => !hasKeyHashes(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  return (await packTar(kept)).toString('utf8');
}

/** Texts by path. They are to be trusted as far as their hashes are those of the manifest. */
export async function readOriginals(text: string): Promise<ReadonlyMap<string, string>> {
  return new Map((await unpackTar(Buffer.from(text))).map((file) => [file.path, file.text]));
}
