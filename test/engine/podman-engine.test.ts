import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containerEngine } from '../../src/engine/container-engine.ts';
import { containersOf, importImage, startPodman, type TestEngine } from '../helpers/docker-engine.ts';
import { testOutputs } from './try-outputs.ts';

let podman: TestEngine;

beforeAll(async () => {
  podman = await startPodman(await mkdtemp(join(tmpdir(), 'openclaw-podman-')));
  await importImage(podman, '1.26');
});

afterAll(() => podman.stop());

describe.each([['debian-13', '1.26']])('%s in podman', (target, release) => {
  testOutputs({
    target,
    engine: () => containerEngine({ name: 'podman', image: `openclaw-test:${release}`, env: podman.env }),
  });
});

test('leaves no container', async () => {
  expect(await containersOf(podman)).toBe('');
});
