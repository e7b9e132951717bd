import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A network namespace in which nothing listens but what a test starts there. */
export interface OwnNetwork {
  /** A process that is in it. */
  readonly pid: number;
  stop(): void;
}

export async function startOwnNetwork(): Promise<OwnNetwork> {
  const child = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  const ours = await readlink('/proc/self/ns/net');
  for (let tries = 0; tries < 200 && isRunning(child); tries += 1) {
    if ((await readlink(`/proc/${pid}/ns/net`)) !== ours) return { pid, stop: () => child.kill() };
    await sleep(10);
  }
  child.kill();
  throw new Error('no network namespace could be made');
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null;
}

/** From now on this process starts a program of this name in a network of its own; its pid stays that of the child. */
export async function giveOwnNetwork(program: string, folder: string): Promise<void> {
  const programs = join(folder, 'programs');
  await mkdir(programs, { recursive: true });
  const path = process.env.PATH ?? '';
  await writeFile(join(programs, program), `#!/bin/sh\nPATH='${path}'\nexec unshare --net ${program} "$@"\n`);
  await chmod(join(programs, program), 0o755);
  process.env.PATH = `${programs}:${path}`;
}
