import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { localEngine } from '../../src/engine/local-engine.ts';
import { findLocalTarget } from '../../src/engine/local-target.ts';
import type { Target } from '../../src/nginx/targets.ts';
import { buildBin } from '../cli/openclaw.ts';
import { testLeftovers, trialFolders } from './leaves-nothing.ts';
import { type OwnNetwork, startOwnNetwork } from './own-network.ts';
import { testBrokenOutputs, testExamples } from './try-outputs.ts';

let local: Target;
let network: OwnNetwork;
let folder: string;

/** An nginx that listens where the configuration says, but not where the trial asks it. */
const deaf = `#!/bin/sh
case " $* " in
  *" -V "* | *" -v "*) ;;
  *" -t "*) sleep 1 ;;
  *) sed -i 's#listen unix:./health.sock;##' conf.d/server.conf ;;
esac
exec /usr/sbin/nginx "$@"
`;

beforeAll(async () => {
  local = await findLocalTarget();
  network = await startOwnNetwork();
  folder = await mkdtemp(join(tmpdir(), 'openclaw-local-'));
  for (const name of ['bin', 'tmp']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'bin/nginx'), deaf);
  await chmod(join(folder, 'bin/nginx'), 0o755);
  await buildBin();
});

afterAll(async () => {
  network.stop();
  await rm(folder, { recursive: true });
});

const engine = () => localEngine({ local, env: process.env });
testExamples({ target: 'debian-12', engine });
testBrokenOutputs({ target: 'debian-12', engine });

const trial = (path: string) => ({
  args: ['examples/quickstart/openclaw.yaml', '--target', 'debian-12'],
  env: { PATH: path, TMPDIR: join(folder, 'tmp') },
});
testLeftovers({
  name: 'local',
  network: () => network.pid,
  good: () => trial(process.env.PATH ?? ''),
  hung: () => trial(`${join(folder, 'bin')}:${process.env.PATH}`),
  others: () => trialFolders(join(folder, 'tmp')),
});
