import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { OperationError } from '../diagnostics/operation-error.ts';
import { type Manifest, manifestName, readManifest } from './manifest.ts';

/** The text of a file of the output folder, or undefined when there is none. */
export async function readOutput(folder: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, path), 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new OperationError(`cannot read \`${join(folder, path)}\``, { cause });
  }
}

/** What the last build wrote here; undefined when nothing did. */
export async function readLastManifest(folder: string): Promise<Manifest | undefined> {
  const text = await readOutput(folder, manifestName);
  return text === undefined ? undefined : readManifest(text);
}

/** The absolute place of a file in the folder; artifacts are never written outside of it. */
export function placeInFolder(folder: string, path: string): string {
  const place = resolve(folder, path);
  const inside = relative(resolve(folder), place);
  if (inside === '' || inside.startsWith('..') || inside.split(sep).includes('..'))
    throw new OperationError(`\`${path}\` is outside of \`${folder}\``);
  return place;
}

export async function createParent(place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
}

export function isMissing(cause: unknown): boolean {
  const code = (cause as { code?: unknown } | null)?.code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
