import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** The nginx versions that the tests run on: those of Debian 12, 13 and testing. */
export const nginxReleases = ['1.22', '1.26', '1.30'] as const;
export type NginxRelease = (typeof nginxReleases)[number];

/** Folders that nginx writes to by Debian's defaults; each test lays one of its own over them. */
const coveredFolders = {
  '/run': 'run',
  '/var/log/nginx': 'log',
  '/var/lib/nginx': 'lib',
  '/var/cache': 'cache',
  '/dev/shm': 'shm',
} as const;

const caBundle = '/etc/ssl/certs/ca-certificates.crt';

export interface WorkspaceOptions {
  readonly release: NginxRelease;
  /** Copied into the prefix, so that a run never changes it. Without one, `files` are all that there is. */
  readonly folder?: string;
  /** Host name to address, the only names that resolve besides `localhost`: there is no DNS inside. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Further files: relative names go into the prefix, absolute ones lie over the machine's for this nginx alone. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

/** A folder for one run of nginx, and what to lay over the machine's file system while it runs. */
export interface Workspace {
  readonly folder: string;
  /** Empty for the machine itself. */
  readonly root: string;
  /** The nginx prefix as this process sees it. */
  readonly prefix: string;
  /** The nginx prefix as nginx sees it. */
  readonly innerPrefix: string;
  /** Pairs of a source on the machine and a target as nginx sees it. */
  readonly mounts: readonly (readonly [source: string, target: string])[];
  /** Where this process finds a file that nginx knows as `name`, relative to the prefix or absolute. */
  locate(name: string): string;
  remove(): void;
}

/** Where the machine keeps the file system of a release; empty for the machine's own. */
export function rootOf(release: NginxRelease): string {
  if (release === '1.22') return '';
  const cache = process.env.OPENCLAW_TEST_CACHE ?? join(homedir(), '.cache/openclaw-proxy');
  return join(cache, 'roots', release === '1.26' ? 'trixie' : 'forky');
}

/** Lays out a run of nginx. Rejects when the release was never provisioned. */
export async function createWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const root = rootOf(options.release);
  if (!existsSync(join(root, '/usr/sbin/nginx'))) {
    throw new Error(`nginx ${options.release} is not in ${root || '/usr/sbin'}: run \`bash test/provision.sh\` first`);
  }
  const parent = root === '' ? join(tmpdir(), 'openclaw-test') : join(root, 'srv/openclaw-test');
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent);
  const folder = await mkdtemp(join(parent, `${process.pid}-`));
  const prefix = join(folder, 'prefix');
  const workspace: Workspace = {
    folder,
    root,
    prefix,
    innerPrefix: prefix.slice(root.length),
    mounts: [
      ...Object.entries(coveredFolders).map(([target, name]) => [join(folder, name), target] as const),
      [join(folder, 'hosts'), '/etc/hosts'],
      [join(folder, 'nsswitch.conf'), '/etc/nsswitch.conf'],
      ...(root !== '' && existsSync(caBundle) ? [[caBundle, caBundle] as const] : []),
      ...absoluteNames(options).map((name, index) => [join(folder, `file-${index}`), name] as const),
    ],
    locate: (name) => locate(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  try {
    fill(workspace, options);
  } catch (error) {
    workspace.remove();
    throw error;
  }
  return workspace;
}

/** A few hundred small files: one after the other at once takes a third of the work that promises make of it. */
function fill({ folder, prefix }: Workspace, options: WorkspaceOptions): void {
  chmodSync(folder, 0o755); // nginx's workers are `www-data` and read Lua files themselves
  if (options.folder === undefined) mkdirSync(prefix);
  else cpSync(options.folder, prefix, { recursive: true, verbatimSymlinks: true });
  for (const name of Object.values(coveredFolders)) mkdirSync(join(folder, name));
  mkdirSync(join(folder, 'run/lock')); // `/var/lock` of Debian leads here
  chmodSync(join(folder, 'shm'), 0o1777);
  const entries = Object.entries({ localhost: '127.0.0.1', ...options.hosts });
  writeFileSync(join(folder, 'hosts'), entries.map(([name, address]) => `${address} ${name}\n`).join(''));
  writeFileSync(join(folder, 'nsswitch.conf'), 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n');
  const absolute = absoluteNames(options);
  for (const [name, content] of Object.entries(options.files ?? {})) {
    const index = absolute.indexOf(name);
    const path = index >= 0 ? join(folder, `file-${index}`) : join(prefix, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function absoluteNames(options: WorkspaceOptions): string[] {
  return Object.keys(options.files ?? {}).filter((name) => isAbsolute(name));
}

function locate(folder: string, name: string): string {
  if (!isAbsolute(name)) return join(folder, 'prefix', name);
  for (const [target, covered] of Object.entries(coveredFolders)) {
    if (name.startsWith(`${target}/`)) return join(folder, covered, name.slice(target.length));
  }
  return name;
}

/** Removes the folders of test processes that were killed before they could. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = Number.parseInt(name, 10);
    if (!existsSync(`/proc/${owner}`)) await rm(join(parent, name), { recursive: true, force: true });
  }
}
