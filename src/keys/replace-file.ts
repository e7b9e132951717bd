import { constants, type FileHandle, link, open, readFile, realpath, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperationError } from '../diagnostics/operation-error.ts';
import { reasonOf } from '../source/read-text.ts';

/** Readable for the group, which is how the gateway's user gets at it; a umask may say less. */
const newFileMode = 0o640;

export interface FileToReplace {
  readonly path: string;
  /** As shown in messages. */
  readonly name: string;
  /** What was read; undefined when there was no file. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

/**
 * Replaces a file whole, or makes it: readers see the old one or the new one. Mode and owner stay, symbolic links are
 * followed. Throws `OperationError` when it is not what was read any more, or when somebody else is writing it.
 */
export async function replaceFile(file: FileToReplace): Promise<void> {
  const { name, before, after } = file;
  const path = before === undefined ? file.path : await realpath(file.path).catch(() => file.path);
  // One name for all, so that whoever comes second is refused.
  const staged = join(dirname(path), `.${basename(path)}.openclaw-new`);
  const handle = await openStaged(staged, { name, mode: before === undefined ? newFileMode : 0o600 });
  let isStaged = true;
  try {
    await handle.writeFile(after);
    if (before !== undefined) await keepOwner({ path, name, handle });
    await handle.sync();
    if (!(await isUnchanged(path, before)))
      throw refusal(name, 'it was changed meanwhile', { help: 'nothing was written; try again' });
    // Where a file has come in between, a link fails; a rename would replace it.
    if (before === undefined) await link(staged, path);
    else {
      await rename(staged, path);
      isStaged = false;
    }
  } catch (cause) {
    throw cause instanceof OperationError ? cause : refusal(name, inTheWay(cause) ?? reasonOf(cause), { cause });
  } finally {
    await handle.close();
    if (isStaged) await unlink(staged);
  }
  await syncFolder(dirname(path));
}

async function openStaged(
  staged: string,
  { name, mode }: { readonly name: string; readonly mode: number },
): Promise<FileHandle> {
  try {
    return await open(staged, 'wx', mode);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) throw refusal(name, 'there is no such folder', { cause });
    if (!isCode(cause, 'EEXIST')) throw refusal(name, reasonOf(cause), { cause });
    const help = `if nobody is, a command was ended half-way: remove \`${staged}\``;
    throw refusal(name, 'somebody else is writing it', { cause, help });
  }
}

async function isUnchanged(path: string, before: Uint8Array | undefined): Promise<boolean> {
  try {
    const now = await readFile(path);
    return before !== undefined && now.equals(before);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return before === undefined;
    throw cause;
  }
}

async function keepOwner(options: { path: string; name: string; handle: FileHandle }): Promise<void> {
  const { path, name, handle } = options;
  // A rename needs only the folder; a file that is read-only says that it is not to be changed.
  const old = await open(path, constants.O_WRONLY);
  try {
    const [wanted, fresh] = [await old.stat(), await handle.stat()];
    if (wanted.uid !== fresh.uid || wanted.gid !== fresh.gid)
      await handle.chown(wanted.uid, wanted.gid).catch((cause: unknown) => {
        throw refusal(name, 'its owner would change', { cause, help: 'do it as its owner, or as root' });
      });
    await handle.chmod(wanted.mode & 0o7777);
  } finally {
    await old.close();
  }
}

/** So that the new name outlives a power cut; some file systems know no such thing. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function refusal(name: string, reason: string, details: { readonly cause?: unknown; readonly help?: string }) {
  return new OperationError(`cannot write \`${name}\`: ${reason}`, details);
}

function inTheWay(cause: unknown): string | undefined {
  return isCode(cause, 'EEXIST') ? 'something of that name is in the way' : undefined;
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
