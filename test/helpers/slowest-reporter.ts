import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** How many a run ends with: what stands there again and again is worth a look. */
const shown = 10;

/** Prints the files and the tests that took longest, at the end of a run of several files. */
export default class SlowestReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length < 2) return;
    const files = modules.map((module) => ({ name: nameOf(module), took: module.diagnostic().duration }));
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        name: `${nameOf(module)}: ${test.fullName}`,
        took: test.diagnostic()?.duration ?? 0,
      })),
    );
    print('files', files);
    print('tests', tests);
  }
}

interface Timed {
  readonly name: string;
  readonly took: number;
}

function nameOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId);
}

function print(what: string, all: readonly Timed[]): void {
  const slowest = [...all].sort((one, other) => other.took - one.took).slice(0, shown);
  const lines = slowest.map(({ name, took }) => `${(took / 1000).toFixed(1).padStart(7)} s  ${name}\n`);
  process.stdout.write(`\nThe slowest ${what}:\n${lines.join('')}`);
}
