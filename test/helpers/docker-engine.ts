import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { rootOf } from './nginx/workspace.ts';

/** A container engine of a test's own: nothing of it is where the machine's would be. */
export interface TestEngine {
  readonly name: 'docker' | 'podman';
  /** The environment that leads to it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const path = process.env.PATH ?? '';

/** Starts a Docker daemon in a folder, without network and with the one storage driver that works everywhere. */
export async function startDocker(folder: string): Promise<TestEngine> {
  await mkdir(folder, { recursive: true });
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const places = [
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'exec'),
    '--pidfile',
    join(folder, 'pid'),
  ];
  const log: string[] = [];
  const daemon = spawn(
    'dockerd',
    ['--iptables=false', '--bridge=none', '--storage-driver=vfs', '-H', socket, ...places],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const stream of [daemon.stdout, daemon.stderr]) stream.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const env = { PATH: path, DOCKER_HOST: socket, DOCKER_CONFIG: folder, HOME: folder };
  for (let tries = 0; tries < 200 && daemon.exitCode === null; tries += 1) {
    const { exitCode } = await execa('docker', ['version'], { env, extendEnv: false, reject: false });
    if (exitCode === 0) return { name: 'docker', env, stop: () => stopDaemon(daemon, folder) };
    await sleep(100);
  }
  daemon.kill('SIGKILL');
  throw new Error(`dockerd did not come up:\n${log.join('').slice(-3000)}`);
}

async function stopDaemon(daemon: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  await ended;
  await removeFolder(folder);
}

/** podman has no daemon; two files tell it where to keep things. */
export async function startPodman(folder: string): Promise<TestEngine> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'storage.conf'),
    `[storage]\ndriver = "vfs"\ngraphroot = "${join(folder, 'root')}"\nrunroot = "${join(folder, 'run')}"\n`,
  );
  await writeFile(
    join(folder, 'containers.conf'),
    `[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\ntmp_dir = "${join(folder, 'tmp')}"\n`,
  );
  const env = {
    PATH: path,
    HOME: folder,
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    CONTAINERS_CONF: join(folder, 'containers.conf'),
  };
  return { name: 'podman', env, stop: () => removeFolder(folder) };
}

/** What was mounted below is unmounted first: removing a folder must never reach what it leads to. */
async function removeFolder(folder: string): Promise<void> {
  const { stdout } = await execa('findmnt', ['--raw', '--noheadings', '--output', 'TARGET'], { reject: false });
  const mounts = stdout.split('\n').filter((target) => target.startsWith(`${folder}/`));
  for (const target of mounts.reverse()) await execa('umount', [target], { reject: false });
  await rm(folder, { recursive: true, force: true });
}

const programs = ['sh', 'bash', 'dash', 'cat', 'head', 'tar', 'mkdir', 'rm', 'sleep', 'date'];

/** An image with the nginx of a Debian root, and little else, because `vfs` copies it for each container. */
export async function importImage(engine: TestEngine, release: '1.26' | '1.30'): Promise<string> {
  return importFiles(engine, { release, name: release, nginx: [] });
}

/** An image whose nginx says its version and then does nothing, for ever. */
export async function importHungImage(engine: TestEngine, folder: string): Promise<string> {
  const program = join(folder, 'hung/usr/sbin/nginx');
  await mkdir(dirname(program), { recursive: true });
  await writeFile(program, '#!/bin/sh\n[ "$1" = -v ] || sleep 1000\necho nginx version: nginx/1.26.3\n');
  await chmod(program, 0o755);
  return importFiles(engine, { release: '1.26', name: 'hung', nginx: ['-C', join(folder, 'hung')] });
}

async function importFiles(
  engine: TestEngine,
  options: {
    readonly release: '1.26' | '1.30';
    readonly name: string;
    /** Where nginx is taken from, as arguments of `tar`. */
    readonly nginx: readonly string[];
  },
): Promise<string> {
  const root = rootOf(options.release);
  if (!existsSync(join(root, 'usr/sbin/nginx'))) throw new Error('run `bash test/provision.sh` first');
  const image = `openclaw-test:${options.name}`;
  const libraries = 'usr/lib/x86_64-linux-gnu';
  const files = [
    ...['bin', 'lib', 'lib64', 'sbin', 'proc', 'sys', 'dev', 'etc/passwd', 'etc/group', 'etc/nsswitch.conf'],
    ...['usr/lib64', 'usr/lib/nginx', 'usr/share/lua', ...programs.map((name) => `usr/bin/${name}`)],
    ...readdirSync(join(root, libraries))
      .filter((name) => /\.so(\.|$)/.test(name) || name === 'lua')
      .map((name) => `${libraries}/${name}`),
  ];
  // Folders that an archive does not name are made closed to all but root.
  const folders = ['tmp', 'usr', 'usr/bin', 'usr/sbin', 'usr/lib', libraries, 'usr/share', 'etc'];
  const archive = await execa(
    'tar',
    ['-C', root, '-c', '--no-recursion', ...folders, '--recursion', ...files, ...options.nginx, 'usr/sbin/nginx'],
    { encoding: 'buffer', maxBuffer: 1e9 },
  );
  await execa(engine.name, ['import', '-', image], { env: engine.env, extendEnv: false, input: archive.stdout });
  return image;
}

export async function containersOf(engine: TestEngine): Promise<string> {
  const { stdout } = await execa(engine.name, ['ps', '--all', '--quiet'], { env: engine.env, extendEnv: false });
  return stdout;
}
