import { dirname, isAbsolute, normalize } from 'node:path/posix';

/** The prefix that the container runs nginx with; the output folder is mounted there. */
export const containerPrefix = '/etc/openclaw';
/** Where compose puts files that hold secrets. */
const secretsFolder = '/run/secrets/';
/** Folders that an image cannot do without; what is below them belongs to it, too. */
const systemFolders = ['/bin', '/dev', '/lib', '/lib64', '/proc', '/sbin', '/sys', '/usr'];

export interface ComposeFiles {
  /** Names of compose's own secrets. */
  readonly secrets: readonly string[];
  /** Mounted one by one. */
  readonly files: readonly string[];
  /** A mounted file stays the one that it was; in a mounted folder, a file that replaces another is seen. */
  readonly folders: readonly string[];
  /** Watched files whose folder cannot be mounted. */
  readonly pinned: readonly string[];
  /** Relative to the output folder, which has them. */
  readonly inOutput: readonly string[];
}

/** How a container gets the files that a spec names; `own` are places that it cannot lose to a folder of the host. */
export function composeFiles(options: {
  readonly fixed: readonly string[];
  readonly watched: readonly string[];
  readonly own: readonly string[];
}): ComposeFiles {
  const fixed = options.fixed.map(normalize);
  const watched = options.watched.map(normalize);
  const own = [containerPrefix, secretsFolder, ...options.own];
  const canMountFolder = (file: string): boolean => isFolderOfItsOwn(dirname(file), own);
  const mounted = watched.filter(isMounted);
  return {
    secrets: unique([...fixed, ...watched].filter(isComposeSecret).map((file) => file.slice(secretsFolder.length))),
    files: unique(fixed.filter(isMounted)),
    folders: unique(mounted.filter(canMountFolder).map((file) => dirname(file))),
    pinned: unique(mounted.filter((file) => !canMountFolder(file))),
    inOutput: unique([...fixed, ...watched].flatMap((file) => placeInOutput(file) ?? [])),
  };
}

function isMounted(file: string): boolean {
  return placeInOutput(file) === undefined && !isComposeSecret(file);
}

/** Below the prefix, an absolute name is one of the output folder. */
function placeInOutput(file: string): string | undefined {
  if (!isAbsolute(file)) return file;
  return file.startsWith(`${containerPrefix}/`) ? file.slice(containerPrefix.length + 1) : undefined;
}

/** Compose's secrets have names, not paths; a file in a folder below is mounted like any other. */
function isComposeSecret(file: string): boolean {
  return file.startsWith(secretsFolder) && /^[A-Za-z0-9._-]+$/.test(file.slice(secretsFolder.length));
}

/** Not `/etc` and its like, not part of the image, and nothing that the container needs is in it. */
function isFolderOfItsOwn(folder: string, own: readonly string[]): boolean {
  return (
    folder.lastIndexOf('/') > 0 &&
    !systemFolders.some((system) => folder.startsWith(`${system}/`)) &&
    !own.some((place) => `${place}/`.startsWith(`${folder}/`))
  );
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
