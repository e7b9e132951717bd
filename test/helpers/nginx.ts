import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { killGroup, listChildren } from './nginx/processes.ts';
import { sandboxCommand } from './nginx/sandbox-command.ts';
import { createWorkspace, type Workspace, type WorkspaceOptions } from './nginx/workspace.ts';

export interface TestConfigOptions extends WorkspaceOptions {
  /** Environment variables, the only ones besides PATH and LANG. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface StartOptions extends TestConfigOptions {
  /** Ports of 127.0.0.1 that must accept a connection before nginx counts as started. */
  readonly ports?: readonly number[];
}

export interface RunningNginx {
  readonly pid: number;
  /** The prefix as this process sees it, for chroots too; changes to it take effect by `reload`. */
  readonly prefix: string;
  /** Where a file that nginx knows by this name lies for this process; see `readFile`. */
  locate(name: string): string;
  /** Worker processes, those that only finish their last requests after a reload included. */
  workerPids(): Promise<number[]>;
  /** Text of a file as nginx knows it: relative to the prefix, or such as `/var/log/nginx/access.log`. */
  readFile(name: string): Promise<string>;
  /** SIGHUP; resolves when new workers serve, rejects with the error log when nginx kept the old configuration. */
  reload(): Promise<void>;
  /** SIGTERM, and SIGKILL after 5 s; removes the folder. May be called twice. */
  stop(): Promise<void>;
}

const startTimeoutMs = 15_000;
const stopTimeoutMs = 5_000;
const pollMs = 10;

const running = new Map<ChildProcess, Workspace>();
process.on('exit', () => {
  for (const [child, workspace] of running) {
    if (child.pid !== undefined) killGroup(child.pid);
    workspace.remove();
  }
});
process.once('SIGTERM', () => process.exit(143)); // how vitest ends its workers; by itself it would skip 'exit'

/** Runs `nginx -t` on a folder with an `nginx.conf`. File names in the output are relative to the folder. */
export async function testConfig(options: TestConfigOptions): Promise<{ ok: boolean; output: string }> {
  const workspace = await createWorkspace(options);
  try {
    const command = sandboxCommand(workspace, ['-t']);
    const env = { ...command.environment, ...options.env };
    const result = await execa(command.file, command.arguments, { env, extendEnv: false, all: true, reject: false });
    return { ok: result.exitCode === 0, output: result.all.replaceAll(`${workspace.innerPrefix}/`, '') };
  } finally {
    workspace.remove();
  }
}

/** Starts nginx on a folder. Rejects with nginx's stderr and error logs when it dies or is not ready within 15 s. */
export async function startNginx(options: StartOptions): Promise<RunningNginx> {
  const workspace = await createWorkspace(options);
  const command = sandboxCommand(workspace, ['-g', 'daemon off;']);
  const child = spawn(command.file, command.arguments, {
    env: { ...command.environment, ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // a process group of its own: no worker can outlive `killGroup`
  });
  const pid = child.pid ?? 0;
  running.set(child, workspace);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.on('error', (error) => {
    stderr += error.message;
  });
  child.on('exit', () => killGroup(pid)); // workers outlive a master that was killed
  // 'close', not 'exit': only then stderr is complete. It also follows when the spawn itself failed.
  const closed = new Promise((resolve) => child.once('close', resolve));

  async function stop(): Promise<void> {
    if (isAlive(child)) {
      child.kill('SIGTERM');
      const killing = setTimeout(() => killGroup(pid), stopTimeoutMs);
      await closed;
      clearTimeout(killing);
    }
    if (running.delete(child)) workspace.remove();
  }

  try {
    await becomeReady(child, options.ports ?? []);
  } catch (error) {
    const logs = await readErrorLogs(workspace);
    await stop();
    await closed;
    throw new Error([`nginx ${options.release} ${(error as Error).message}`, stderr, logs].filter(Boolean).join('\n'));
  }
  return {
    pid,
    prefix: workspace.prefix,
    locate: workspace.locate,
    workerPids: () => workersOf(pid),
    readFile: (name) => readFile(workspace.locate(name), 'utf8'),
    reload: () => reload(child, workspace),
    stop,
  };
}

async function becomeReady(child: ChildProcess, ports: readonly number[]): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (isAlive(child)) {
    // Workers exist only after every `listen` was bound; a port that accepts may still be somebody else's.
    const workers = await workersOf(child.pid ?? 0);
    if (workers.length > 0 && (await Promise.all(ports.map(accepts))).every(Boolean)) return;
    if (Date.now() > deadline) throw new Error(`is not ready on ${ports.join(', ')} after ${startTimeoutMs} ms`);
    await sleep(pollMs);
  }
  throw new Error('did not start');
}

async function reload(child: ChildProcess, workspace: Workspace): Promise<void> {
  const pid = child.pid ?? 0;
  const before = new Set(await workersOf(pid));
  const logBefore = await readErrorLogs(workspace);
  child.kill('SIGHUP');
  const deadline = Date.now() + startTimeoutMs;
  while (isAlive(child) && Date.now() < deadline) {
    const workers = await workersOf(pid);
    if (workers.some((worker) => !before.has(worker))) return;
    if (/\[emerg\]/.test((await readErrorLogs(workspace)).slice(logBefore.length))) break;
    await sleep(pollMs);
  }
  throw new Error(`nginx did not take the new configuration\n${await readErrorLogs(workspace)}`);
}

async function workersOf(master: number): Promise<number[]> {
  const children = await listChildren(master);
  return children.filter(({ title }) => title.startsWith('nginx: worker process')).map(({ pid }) => pid);
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => finish(true));
    const finish = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('error', () => finish(false));
  });
}

async function readErrorLogs(workspace: Workspace): Promise<string> {
  const names = await readdir(workspace.folder, { recursive: true });
  const logs = names.filter((name) => /error[^/]*\.log$/.test(name)).sort();
  const texts = await Promise.all(logs.map((name) => readFile(join(workspace.folder, name), 'utf8').catch(() => '')));
  return texts.join('').replaceAll(`${workspace.innerPrefix}/`, '');
}
