import type { Stats } from 'node:fs';
import { mkdtemp, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperationError } from '../diagnostics/operation-error.ts';
import { findGroup, isTooWide, statIfThere, writeStaged } from './file-modes.ts';
import { hashText, type Manifest, manifestName, writeManifest } from './manifest.ts';
import { originalsName, writeOriginals } from './originals.ts';
import { createFolder, isMissing, placeInFolder, readLastManifest, readOutput, reasonOf } from './output-folder.ts';

export interface WrittenFile {
  readonly path: string;
  readonly text: string;
}

export interface WriteResult {
  /** Files that an earlier build wrote, that this one has no use for, and that somebody has edited since. */
  readonly kept: readonly string[];
  /** Of the files that `files` and the manifest are. */
  readonly changed: number;
  /** Files with hashes that everybody could read, and that are now for owner and group alone. */
  readonly narrowed: readonly string[];
}

/**
 * Writes all files or none: they are staged beside their places and renamed into them, the manifest last; what fails
 * half-way is undone. Files that openclaw did not write are neither replaced nor deleted. Modes and owners stay, but
 * what has hashes of keys is for its owner and its group alone.
 * Throws `OperationError` when a foreign file is in the way or the disk refuses.
 */
export async function writeArtifacts(options: {
  folder: string;
  files: readonly WrittenFile[];
  manifest: Manifest;
  /** The group that nginx's workers are in: they read hashes. */
  readers: string;
}): Promise<WriteResult> {
  const { folder, manifest, readers } = options;
  const last = await readLastManifest(folder);
  const files = [
    ...options.files,
    { path: originalsName, text: await writeOriginals(options.files) },
    { path: manifestName, text: writeManifest(manifest) },
  ];
  const existing = new Map<string, string>();
  const stats = new Map<string, Stats>();
  for (const file of files) {
    const text = await readOutput(folder, file.path);
    if (text === undefined) continue;
    existing.set(file.path, text);
    const found = await statIfThere(join(folder, file.path));
    if (found !== undefined) stats.set(file.path, found);
  }
  const isOurs = (path: string): boolean =>
    path === manifestName || (path === originalsName ? last !== undefined : last?.files[path] !== undefined);
  const foreign = files
    .map((file) => file.path)
    .filter((path) => existing.has(path) && !isOurs(path) && existing.get(path) !== textOf(files, path));
  if ((existing.has(manifestName) && last === undefined) || foreign.length > 0) {
    const names = foreign.length > 0 ? foreign : [manifestName];
    throw new OperationError(`\`${folder}\` has files that openclaw did not write: ${names.slice(0, 5).join(', ')}`, {
      help: 'choose another folder with `--out`, or move them away',
    });
  }
  const wanted = new Set(files.map((file) => file.path));
  const stale = Object.keys(last?.files ?? {}).filter((path) => !wanted.has(path));
  const { removable, kept } = await sortStale({ folder, stale, last });
  const changed = files.filter((file) => existing.get(file.path) !== file.text);
  const narrowed = files.filter(({ path }) => {
    const found = stats.get(path);
    return found !== undefined && isTooWide(path, found);
  });
  const written = files.filter((file) => changed.includes(file) || narrowed.includes(file));
  await replaceFiles({ folder, written, removable, stats, workers: await findGroup(readers) });
  return {
    kept,
    changed: changed.filter((file) => file.path !== originalsName).length,
    narrowed: narrowed.map(({ path }) => path),
  };
}

function textOf(files: readonly WrittenFile[], path: string): string | undefined {
  return files.find((file) => file.path === path)?.text;
}

async function sortStale(options: {
  folder: string;
  stale: readonly string[];
  last: Manifest | undefined;
}): Promise<{ removable: readonly string[]; kept: readonly string[] }> {
  const removable: string[] = [];
  const kept: string[] = [];
  for (const path of options.stale) {
    placeInFolder(options.folder, path);
    const text = await readOutput(options.folder, path);
    if (text === undefined) continue;
    (hashText(text) === options.last?.files[path] ? removable : kept).push(path);
  }
  return { removable, kept };
}

async function replaceFiles(options: {
  folder: string;
  written: readonly WrittenFile[];
  removable: readonly string[];
  stats: ReadonlyMap<string, Stats>;
  workers: number | undefined;
}): Promise<void> {
  const { folder, written, removable, stats, workers } = options;
  const undo: (() => Promise<unknown>)[] = [];
  const created: string[] = [];
  let stage: string | undefined;
  const removeStage = async (): Promise<void> => {
    if (stage !== undefined) await rm(stage, { recursive: true, force: true });
  };
  try {
    await createFolder(folder, (made) => created.push(made));
    stage = await mkdtemp(join(folder, '.openclaw-'));
    const staged: { readonly from: string; readonly to: string; readonly backup: string }[] = [];
    for (const [index, { path, text }] of written.entries()) {
      const from = join(stage, `new-${index}`);
      const to = placeInFolder(folder, path);
      await createFolder(dirname(to), (made) => created.push(made));
      await writeStaged({ from, to, path, text, before: stats.get(path), workers });
      staged.push({ from, to, backup: join(stage, `old-${index}`) });
    }
    for (const { from, to, backup } of staged) {
      await moveAside(to, backup, undo);
      await rename(from, to);
      undo.push(() => rm(to, { force: true }));
    }
    for (const [index, path] of removable.entries())
      await moveAside(placeInFolder(folder, path), join(stage, `gone-${index}`), undo);
  } catch (cause) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    await removeStage();
    for (const made of created.reverse()) await rmdir(made).catch(() => undefined);
    throw cause instanceof OperationError
      ? cause
      : new OperationError(`cannot write to \`${folder}\`: ${reasonOf(cause)}`, { cause });
  }
  await removeStage();
  for (const path of removable) await removeEmptyParents(folder, path);
}

async function moveAside(place: string, backup: string, undo: (() => Promise<unknown>)[]): Promise<void> {
  try {
    await rename(place, backup);
  } catch (cause) {
    if (isMissing(cause)) return;
    throw cause;
  }
  undo.push(() => rename(backup, place));
}

async function removeEmptyParents(folder: string, path: string): Promise<void> {
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    try {
      await rmdir(join(folder, parent));
    } catch {
      return;
    }
  }
}
