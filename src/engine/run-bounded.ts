import { spawn } from 'node:child_process';

export interface BoundedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Written to standard input, which then stays open until the command ends. */
  readonly input?: Buffer;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

export interface BoundedResult {
  /** Standard output and standard error in the order of arrival. */
  readonly output: string;
  /** Null when the command was killed. */
  readonly exitCode: number | null;
  readonly ending: 'exited' | 'timed out' | 'interrupted' | 'not found';
}

/** A trial prints a few lines; what prints more than this has run wild. Bytes. */
const mostOutput = 4 * 1024 * 1024;
/** Milliseconds that a command has after its standard input was closed. */
const grace = 1000;

/** Runs a command in a process group of its own, of which nothing is left when this resolves. Never rejects. */
export function runBounded(command: BoundedCommand): Promise<BoundedResult> {
  return new Promise((resolve) => {
    const child = spawn(command.file, command.args, { env: command.env, detached: true, stdio: 'pipe' });
    const chunks: Buffer[] = [];
    let size = 0;
    let ending: BoundedResult['ending'] = 'exited';
    let killing: NodeJS.Timeout | undefined;
    const stop = (reason: 'timed out' | 'interrupted'): void => {
      if (ending !== 'exited') return;
      ending = reason;
      child.stdin.destroy();
      killing = setTimeout(() => killGroup(child.pid), grace);
    };
    const onAbort = (): void => stop('interrupted');
    const timer = setTimeout(() => stop('timed out'), command.timeout);
    const finish = (exitCode: number | null): void => {
      clearTimeout(timer);
      clearTimeout(killing);
      command.signal?.removeEventListener('abort', onAbort);
      child.stdin.destroy();
      killGroup(child.pid);
      resolve({ output: Buffer.concat(chunks).toString('utf8'), exitCode, ending });
    };
    const collect = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= mostOutput) chunks.push(chunk);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    // Whoever ends early does not read its input to the end.
    child.stdin.on('error', () => undefined);
    child.on('error', () => {
      ending = 'not found';
      finish(null);
    });
    child.on('exit', () => killGroup(child.pid));
    child.on('close', finish);
    if (command.input === undefined) child.stdin.end();
    else child.stdin.write(command.input);
    command.signal?.addEventListener('abort', onAbort);
    if (command.signal?.aborted) onAbort();
  });
}

/** Nothing of the group may be left; that nothing is, is no mistake. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // ESRCH: all have ended.
  }
}
