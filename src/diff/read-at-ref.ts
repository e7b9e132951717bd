import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { execa } from 'execa';
import { OperationError } from '../diagnostics/operation-error.ts';

export interface GitPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The commit that a name stands for, or undefined when git knows none, is not there, or this is no repository. */
export async function findCommit(name: string, place: GitPlace): Promise<string | undefined> {
  const { stdout, failed } = await git(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
    place,
  );
  return failed ? undefined : stdout.trim();
}

/**
 * Unpacks a commit into a temporary folder, calls `work` with the folder in it that the current one is now, and removes
 * it. It fills an index of its own: the repository's index, working tree and list of work trees stay as they are.
 */
export async function withTreeAt<Result>(
  commit: string,
  place: GitPlace,
  work: (cwd: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-diff-'));
  try {
    const inTree = { ...place, env: { ...place.env, GIT_INDEX_FILE: join(folder, 'index') } };
    const prefix = await must(['rev-parse', '--show-prefix'], place);
    const top = (await must(['rev-parse', '--show-toplevel'], place)).replace(/\n$/, '');
    const tree = join(folder, 'tree');
    await must(['read-tree', commit], inTree);
    await must(['checkout-index', '--all', '--quiet', `--prefix=${tree}${sep}`], { ...inTree, cwd: top });
    const cwd = join(tree, prefix.replace(/\n$/, ''));
    await mkdir(cwd, { recursive: true });
    return await work(cwd);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function must(args: readonly string[], place: GitPlace): Promise<string> {
  const { stdout, stderr, failed } = await git(args, place);
  if (failed) throw new OperationError(`git could not do \`${args[0]}\`: ${stderr.trim().split('\n')[0] ?? ''}`);
  return stdout;
}

async function git(args: readonly string[], { cwd, env }: GitPlace) {
  const result = await execa('git', args, {
    cwd,
    env: { ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  });
  return { stdout: result.stdout ?? '', stderr: result.stderr ?? '', failed: result.failed };
}
