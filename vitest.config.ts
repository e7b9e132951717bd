import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests of what test/provision.sh brings: nginx, container engines, luacheck. They need Debian 12 as root. */
const provisioned = ['test/runtime/**/*.test.ts', 'test/lua/**/*.test.ts', 'test/**/*.nginx.test.ts'];

/** Each worker that starts servers has ports of its own: test/helpers/free-port.ts. */
const mostNginxWorkers = 12;

export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/helpers/slowest-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: provisioned,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'nginx',
          include: provisioned,
          // These wait most of the time: for an answer, a timeout, a check.
          maxWorkers: Math.min(3 * availableParallelism(), mostNginxWorkers),
          sequence: { groupOrder: 1 },
        },
      },
    ],
    // A worker keeps what it has loaded and compiled for its next file; a test that mocks a module says so in `isolated`.
    isolate: false,
    // Packages that are CommonJS come without a proxy around each of their functions.
    deps: { interopDefault: false },
  },
});
