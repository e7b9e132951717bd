import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { containerEngine } from '../../src/engine/container-engine.ts';
import { buildBin } from '../cli/openclaw.ts';
import { importHungImage, importImage, startPodman, type TestEngine } from '../helpers/docker-engine.ts';
import { testContainerLeftovers } from './leaves-nothing.ts';
import { type OwnNetwork, startOwnNetwork } from './own-network.ts';
import { testBrokenOutputs, testExamples } from './try-outputs.ts';

let podman: TestEngine;
let network: OwnNetwork;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-podman-'));
  podman = await startPodman(folder);
  network = await startOwnNetwork();
  await importHungImage(podman, folder);
  await importImage(podman, '1.26');
  await buildBin();
});

afterAll(async () => {
  network.stop();
  await podman.stop();
});

describe('debian-13 in podman', () => {
  const engine = () => containerEngine({ name: 'podman', image: 'openclaw-test:1.26', env: podman.env });
  testExamples({ target: 'debian-13', engine });
  testBrokenOutputs({ target: 'debian-13', engine });
});

testContainerLeftovers({ name: 'podman', engine: () => podman, network: () => network.pid });
