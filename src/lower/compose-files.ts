import { dirname, isAbsolute } from 'node:path';

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
}

/**
 * How a container gets the files that a spec names. Relative ones, and those below `prefix`, are in the output folder,
 * which is mounted there. `own` are places that the container cannot lose to a folder of the host.
 */
export function composeFiles(options: {
  readonly fixed: readonly string[];
  readonly watched: readonly string[];
  readonly prefix: string;
  readonly own: readonly string[];
}): ComposeFiles {
  const { fixed, watched, prefix, own } = options;
  const isOutside = (file: string): boolean => isAbsolute(file) && !file.startsWith(`${prefix}/`);
  const isMounted = (file: string): boolean => isOutside(file) && !isComposeSecret(file);
  const canMountFolder = (file: string): boolean => isFolderOfItsOwn(dirname(file), [prefix, ...own]);
  const mounted = watched.filter(isMounted);
  return {
    secrets: unique([...fixed, ...watched].filter(isComposeSecret).map((file) => file.slice(secretsFolder.length))),
    files: unique(fixed.filter(isMounted)),
    folders: unique(mounted.filter(canMountFolder).map((file) => dirname(file))),
    pinned: unique(mounted.filter((file) => !canMountFolder(file))),
  };
}

/** Compose's secrets have names, not paths; a file in a folder below is mounted like any other. */
function isComposeSecret(file: string): boolean {
  return file.startsWith(secretsFolder) && !file.slice(secretsFolder.length).includes('/');
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
