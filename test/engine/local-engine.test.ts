import { beforeAll } from 'vitest';
import { localEngine } from '../../src/engine/local-engine.ts';
import { findLocalTarget } from '../../src/engine/local-target.ts';
import type { Target } from '../../src/nginx/targets.ts';
import { testOutputs } from './try-outputs.ts';

let local: Target;

beforeAll(async () => {
  local = await findLocalTarget();
});

testOutputs({ target: 'debian-12', engine: () => localEngine({ local, env: process.env }) });
