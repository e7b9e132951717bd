import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containerEngine } from '../../src/engine/container-engine.ts';
import { buildBin } from '../cli/openclaw.ts';
import { containersOf, importHungImage, importImage, startDocker, type TestEngine } from '../helpers/docker-engine.ts';
import { testLeftovers } from './leaves-nothing.ts';
import { testOutputs } from './try-outputs.ts';

let docker: TestEngine;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-docker-'));
  docker = await startDocker(folder);
  await importHungImage(docker, folder);
  await importImage(docker, '1.26');
  await importImage(docker, '1.30');
  await buildBin();
});

afterAll(() => docker.stop());

describe.each([
  ['debian-13', '1.26'],
  ['nginx-1.30', '1.30'],
])('%s in docker', (target, release) => {
  testOutputs({
    target,
    engine: () => containerEngine({ name: 'docker', image: `openclaw-test:${release}`, env: docker.env }),
  });
});

testLeftovers('docker', () => docker);

test('leaves no container', async () => {
  expect(await containersOf(docker)).toBe('');
});
