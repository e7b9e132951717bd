import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containerEngine } from '../../src/engine/container-engine.ts';
import { buildBin } from '../cli/openclaw.ts';
import { containersOf, importHungImage, importImage, startPodman, type TestEngine } from '../helpers/docker-engine.ts';
import { testLeftovers } from './leaves-nothing.ts';
import { testOutputs } from './try-outputs.ts';

let podman: TestEngine;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-podman-'));
  podman = await startPodman(folder);
  await importHungImage(podman, folder);
  await importImage(podman, '1.26');
  await buildBin();
});

afterAll(() => podman.stop());

describe.each([['debian-13', '1.26']])('%s in podman', (target, release) => {
  testOutputs({
    target,
    engine: () => containerEngine({ name: 'podman', image: `openclaw-test:${release}`, env: podman.env }),
  });
});

testLeftovers('podman', () => podman);

test('leaves no container', async () => {
  expect(await containersOf(podman)).toBe('');
});
