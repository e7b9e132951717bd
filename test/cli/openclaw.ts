import { mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { runProgram } from '../../src/run-program.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const PATH = process.env.PATH ?? '';
export const bin = join(root, 'bin/openclaw.js');

/** Makes `dist` hold what `src` says; test files that do so at once wait for the first of them. */
export async function buildBin(): Promise<void> {
  const lock = join(root, 'node_modules/.openclaw-dist.lock');
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch {
      const age = Date.now() - ((await stat(lock).catch(() => undefined))?.mtimeMs ?? Date.now());
      if (age > 100_000) await rmdir(lock).catch(() => undefined);
      await sleep(100);
    }
  }
  try {
    if (!(await isFresh())) await execa('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root });
  } finally {
    await rmdir(lock);
  }
}

async function isFresh(): Promise<boolean> {
  const built = (await stat(join(root, 'dist/cli.js')).catch(() => undefined))?.mtimeMs ?? 0;
  const entries = await readdir(join(root, 'src'), { recursive: true });
  const times = await Promise.all(entries.map(async (name) => (await stat(join(root, 'src', name))).mtimeMs));
  return Math.max(...times) < built;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

export interface RunResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the program in this process, which has loaded it already; in one of its own where the test gives it an
 * environment, which reaches further than a function does.
 */
export async function openclaw(args: readonly string[], options: RunOptions): Promise<RunResult> {
  if (options.env !== undefined) return openclawProcess(args, options);
  let stdout = '';
  let stderr = '';
  const exitCode = await runProgram(
    args,
    // `diff` asks the terminal of this process whether it shows colour.
    { cwd: options.cwd, env: { PATH, NO_COLOR: '1' }, stdin: async () => Buffer.from(options.input ?? '') },
    {
      out: (text) => {
        stdout += text;
      },
      err: (text) => {
        stderr += text;
      },
      hasColor: async () => false,
    },
  );
  return { exitCode, stdout, stderr };
}

/** Runs the program as a user would, with nothing in its environment but PATH and what the test gives. */
export async function openclawProcess(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { exitCode, stdout, stderr } = await execa('node', [bin, ...args], {
    cwd: options.cwd,
    env: { PATH, ...options.env },
    extendEnv: false,
    input: options.input ?? '',
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode, stdout, stderr };
}
