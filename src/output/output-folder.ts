import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { OperationError } from '../diagnostics/operation-error.ts';
import { type Manifest, manifestName, readManifest } from './manifest.ts';
import { originalsName, readOriginals } from './originals.ts';

/** The text of a file of the output folder, or undefined when there is none. */
export async function readOutput(folder: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, path), 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new OperationError(`cannot read \`${join(folder, path)}\`: ${reasonOf(cause)}`, { cause });
  }
}

/** What the last build wrote here; undefined when nothing did. */
export async function readLastManifest(folder: string): Promise<Manifest | undefined> {
  const text = await readOutput(folder, manifestName);
  return text === undefined ? undefined : readManifest(text);
}

/** The texts that the last build wrote here; empty when it kept none. */
export async function readLastOriginals(folder: string): Promise<ReadonlyMap<string, string>> {
  return readOriginals((await readOutput(folder, originalsName)) ?? '');
}

/** The absolute place of a file in the folder; artifacts are never written outside of it. */
export function placeInFolder(folder: string, path: string): string {
  const place = resolve(folder, path);
  const inside = relative(resolve(folder), place);
  if (inside === '' || isAbsolute(inside) || inside.split(sep).includes('..'))
    throw new OperationError(`\`${path}\` is outside of \`${folder}\``);
  return place;
}

/** Makes a folder and those above it; `made` gets each new one. Node's own `recursive` has no end in `/proc`. */
export async function createFolder(folder: string, made: (folder: string) => void): Promise<void> {
  try {
    await mkdir(folder);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT') throw cause;
    await createFolder(dirname(folder), made);
    await mkdir(folder);
  }
  made(folder);
}

/** Node's error codes in words; the full error text would repeat the path. */
export function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return reasons[code] ?? (code === '' ? String(cause) : `the system says ${code}`);
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a file is in the way',
  EISDIR: 'a folder is in the way',
  ENOTEMPTY: 'a folder is in the way',
  ELOOP: 'too many symbolic links',
  ENOENT: 'no such folder',
  ENAMETOOLONG: 'the path is too long',
};

function codeOf(cause: unknown): string {
  return String((cause as { code?: unknown } | null)?.code ?? '');
}

export function isMissing(cause: unknown): boolean {
  const code = codeOf(cause);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
