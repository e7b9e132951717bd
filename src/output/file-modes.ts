import type { Stats } from 'node:fs';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasKeyHashes } from './originals.ts';
import { isMissing } from './output-folder.ts';

/** Of files with hashes of keys and passwords: for their owner, and for the group of those who have to read them. */
const widestWithHashes = 0o640;
const usual = 0o666;

/** Whether others may read what has hashes, or the group may write it. */
export function isTooWide(path: string, { mode }: Pick<Stats, 'mode'>): boolean {
  return hasKeyHashes(path) && (mode & 0o777 & ~widestWithHashes) !== 0;
}

/** What is known of a file that is there, through a symbolic link too. */
export async function statIfThere(place: string): Promise<Stats | undefined> {
  try {
    return await stat(place);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/**
 * Writes the file that will take the place of another, or be new: never open to more than it will be in the end. It has
 * the mode of the one before, and owner and group where this user may give them. What is new follows the umask.
 */
export async function writeStaged(file: {
  readonly from: string;
  /** Where it is moved afterwards. */
  readonly to: string;
  /** Of the output folder. */
  readonly path: string;
  readonly text: string;
  readonly before: Stats | undefined;
  /** Of nginx's workers, for what they have to read and others must not. */
  readonly workers: number | undefined;
}): Promise<void> {
  const { from, to, path, text, before, workers } = file;
  const widest = hasKeyHashes(path) ? widestWithHashes : usual;
  const handle = await open(from, 'wx', before === undefined ? widest : 0o600);
  try {
    if (before !== undefined) await giveTo(handle, before.uid, before.gid);
    if (hasKeyHashes(path)) await letWorkersRead(handle, { workers, folder: dirname(to), before });
    if (before !== undefined) await handle.chmod(before.mode & 0o777 & widest);
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

/** A new file is of its folder's group, so that one `chgrp` lasts; root's own group is nobody who has to read it. */
async function letWorkersRead(
  handle: FileHandle,
  options: {
    readonly workers: number | undefined;
    readonly folder: string;
    readonly before: Stats | undefined;
  },
): Promise<void> {
  const { before, workers } = options;
  const given = before ?? (await stat(options.folder));
  const group = given.gid === 0 ? workers : given.gid;
  if (group === undefined || (before !== undefined && before.gid === group)) return;
  // Where the group of the file before could read it, as a user of their own may have wanted, only others lose it.
  if (before === undefined || (before.mode & 0o004) !== 0) await giveTo(handle, -1, group);
}

/** Only root may give files away; the owner may choose among the groups that they are in. */
async function giveTo(handle: FileHandle, uid: number, gid: number): Promise<void> {
  const now = await handle.stat();
  if ((uid === -1 || now.uid === uid) && now.gid === gid) return;
  await handle.chown(uid, gid).catch(() => handle.chown(-1, gid).catch(() => undefined));
}

/** The number of a group of this machine, for root alone, who may give files to it. */
export async function findGroup(name: string): Promise<number | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  const fields = groups
    .split('\n')
    .map((line) => line.split(':'))
    .find(([group]) => group === name);
  const number = Number(fields?.[2] ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}
