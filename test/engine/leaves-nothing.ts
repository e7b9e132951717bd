import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bin, root } from '../cli/openclaw.ts';
import { containersOf, type TestEngine } from '../helpers/docker-engine.ts';
import { listenersOf } from './listeners.ts';

interface Trial {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface LeftoverOptions {
  readonly name: 'docker' | 'podman' | 'local';
  /** One that is taken. */
  readonly good: () => Trial;
  /** One whose nginx hangs. */
  readonly hung: () => Trial;
  /** A process in the network in which openclaw and its engine run. */
  readonly network: () => number;
  /** What else a trial might leave, in words; empty when there is nothing. */
  readonly others: () => Promise<string>;
}

/** The tests that a trial leaves the machine as it found it; `dist` has to be built. */
export function testLeftovers({ name, good, hung, network, others }: LeftoverOptions): void {
  const state = async () => ({ listeners: await listenersOf(network()), others: await others() });

  function start({ args, env }: Trial, more: readonly string[] = []): ChildProcess {
    const command = [`--net=/proc/${network()}/ns/net`, 'node', bin, 'validate', '--engine', name, ...args, ...more];
    return spawn('nsenter', command, { cwd: root, env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** Until somebody listens who did not before: the trial is on its way. False when it was over without one. */
  async function sawMore(before: readonly string[], child: ChildProcess): Promise<boolean> {
    for (let tries = 0; tries < 3000 && child.exitCode === null; tries += 1) {
      if ((await listenersOf(network())).some((listener) => !before.includes(listener))) return true;
      await sleep(2);
    }
    return false;
  }

  async function untilMore(before: readonly string[], child: ChildProcess): Promise<void> {
    if (!(await sawMore(before, child))) throw new Error('nobody ever listened');
  }

  test('leaves nothing after a success', async () => {
    const before = await state();
    let seen = false;
    // A trial that succeeds listens for some milliseconds only: a busy machine may look too late.
    for (let tries = 0; tries < 5 && !seen; tries += 1) {
      const child = start(good());
      const ended = once(child, 'exit');
      seen = await sawMore(before.listeners, child);
      expect(await ended).toEqual([0, null]);
      await expect.poll(state, { timeout: 10_000 }).toEqual(before);
    }
    expect(seen, 'whether anybody ever listened').toBe(true);
  });

  test('leaves nothing when nginx hangs', async () => {
    const before = await state();
    const child = start(hung(), ['--timeout', '4s']);
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    expect(await once(child, 'close')).toEqual([3, null]);
    expect(said).toContain(`error: ${name} did not finish within 4 s\n`);
    await expect.poll(state, { timeout: 10_000 }).toEqual(before);
  });

  test.each([
    ['SIGTERM', [3, null]],
    ['SIGKILL', [null, 'SIGKILL']],
  ] as const)('leaves nothing after %s', async (signal, ending) => {
    const before = await state();
    const child = start(hung());
    const ended = once(child, 'exit');
    await untilMore(before.listeners, child);
    child.kill(signal);
    expect(await ended).toEqual(ending);
    await expect.poll(state, { timeout: 10_000 }).toEqual(before);
  });
}

/** The same for a container engine, with an image whose nginx hangs. */
export function testContainerLeftovers(options: {
  readonly engine: () => TestEngine;
  readonly name: TestEngine['name'];
  readonly network: () => number;
}): void {
  const { engine, name, network } = options;
  const trial = (image: string): Trial => ({
    args: ['examples/quickstart/openclaw.yaml', '--image', `openclaw-test:${image}`],
    env: engine().env,
  });
  testLeftovers({
    name,
    network,
    good: () => trial('1.26'),
    hung: () => trial('hung'),
    others: () => containersOf(engine()),
  });
}

/** Folders of trials in a temporary folder. */
export async function trialFolders(folder = tmpdir()): Promise<string> {
  return (await readdir(folder)).filter((entry) => entry.startsWith('openclaw-validate-')).join(' ');
}
