import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { containerEngine } from '../../src/engine/container-engine.ts';
import { buildBin } from '../cli/openclaw.ts';
import { importHungImage, importImage, startDocker, type TestEngine } from '../helpers/docker-engine.ts';
import { importHostImage } from './host-image.ts';
import { testContainerLeftovers } from './leaves-nothing.ts';
import { giveOwnNetwork } from './own-network.ts';
import { testBrokenOutputs, testExamples } from './try-outputs.ts';

let docker: TestEngine;
let daemon: number;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-docker-'));
  await giveOwnNetwork('dockerd', folder);
  docker = await startDocker(folder);
  daemon = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await importHungImage(docker, folder);
  await importHostImage(docker);
  await importImage(docker, '1.26');
  await importImage(docker, '1.30');
  await buildBin();
});

afterAll(() => docker.stop());

describe.each([
  ['debian-12', '1.22'],
  ['debian-13', '1.26'],
  ['nginx-1.30', '1.30'],
])('%s in docker', (target, release) => {
  const engine = () => containerEngine({ name: 'docker', image: `openclaw-test:${release}`, env: docker.env });
  testExamples({ target, engine });
  // On 1.22 those of the local engine are the same.
  if (release !== '1.22') testBrokenOutputs({ target, engine });
});

testContainerLeftovers({ name: 'docker', engine: () => docker, network: () => daemon });
