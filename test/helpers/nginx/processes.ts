import { readdir, readFile } from 'node:fs/promises';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** The title that `ps` shows; nginx sets one for each role. */
  readonly title: string;
}

/** Every process of the machine that still runs: not those that ended and only wait for their parent to notice. */
export async function listProcesses(): Promise<Process[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(names.map(readProcess));
  return processes.filter((found) => found !== undefined);
}

/** The processes that a process has started itself and that still run: a hundredth of the work of listing all. */
export async function listChildren(parent: number): Promise<Process[]> {
  // proc(5): needs CONFIG_PROC_CHILDREN, which the kernels of all distributions have. Empty once the parent is gone.
  const names = await readFile(`/proc/${parent}/task/${parent}/children`, 'latin1').catch(() => '');
  const processes = await Promise.all(names.split(' ').filter(Boolean).map(readProcess));
  return processes.filter((found) => found !== undefined);
}

async function readProcess(name: string): Promise<Process | undefined> {
  // A process may end while we look.
  const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '');
  // proc(5): `pid (comm) state ppid pgrp …`; comm may itself hold spaces and brackets.
  const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || state === 'Z' || state === 'X') return undefined;
  const title = await readFile(`/proc/${name}/cmdline`, 'latin1').catch(() => '');
  return { pid: Number(name), parent: Number(parent), group: Number(group), title };
}

/** Kills a process together with its group, all of which it must have started itself. Silent when nothing is left. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
