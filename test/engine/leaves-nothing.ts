import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bin, openclaw, root } from '../cli/openclaw.ts';
import { containersOf, type TestEngine } from '../helpers/docker-engine.ts';

/** The tests that an engine leaves no container, with an image whose nginx hangs; `dist` has to be built. */
export function testLeftovers(name: 'docker' | 'podman', engine: () => TestEngine): void {
  const args = ['validate', 'examples/quickstart/openclaw.yaml', '--engine', name, '--image', 'openclaw-test:hung'];

  async function untilContainers(isWanted: (containers: string) => boolean): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      if (isWanted(await containersOf(engine()))) return;
      await sleep(100);
    }
    expect(await containersOf(engine())).toSatisfy(isWanted);
  }

  test('leaves no container when nginx hangs', async () => {
    const { exitCode, stderr } = await openclaw([...args, '--timeout', '4s'], { cwd: root, env: engine().env });
    expect(stderr).toContain(`error: ${name} did not finish within 4 s\n`);
    expect(exitCode).toBe(3);
    await untilContainers((containers) => containers === '');
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('leaves no container after %s', async (signal) => {
    const child = spawn('node', [bin, ...args], { cwd: root, env: engine().env, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await untilContainers((containers) => containers !== '');
    child.kill(signal);
    expect(await ended).toBe(signal === 'SIGKILL' ? null : 3);
    await untilContainers((containers) => containers === '');
  });
}
