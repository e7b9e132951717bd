import { defineConfig } from 'vitest/config';

/** Tests of what test/provision.sh brings: nginx, container engines, luacheck. They need Debian 12 as root. */
const provisioned = ['test/runtime/**/*.test.ts', 'test/lua/**/*.test.ts', 'test/**/*.nginx.test.ts'];

const common = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // A worker keeps what it has loaded and compiled for its next file, so no test may mock a module.
  isolate: false,
  // CommonJS packages come without a proxy around each of their functions.
  deps: { interopDefault: false },
  // Compiling makes much that is soon gone: with room for it, in MB, a fifth of the time of such tests is saved.
  execArgv: ['--max-semi-space-size=64'],
};

export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: false,
    reporters: ['default', './test/helpers/slowest-reporter.ts'],
    // Tests of nginx mostly wait. Twice as many on two cores were no faster, and late for what has a time limit.
    maxWorkers: 3,
    // One after the other, or workers would not be kept: each belongs to one project.
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: provisioned,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...common, name: 'nginx', include: provisioned, sequence: { groupOrder: 1 } } },
    ],
  },
});
