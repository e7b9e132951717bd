import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { bin, buildBin, root } from './openclaw.ts';

const examples = join(root, 'examples/ci');

beforeAll(buildBin);

test.each([
  ['a good spec', 'path: /', 0],
  ['a wrong spec', 'pahth: /', 1],
])('the pre-commit hook judges %s by what is staged', async (_, path, exitCode) => {
  await withTemporaryFolder(async (cwd) => {
    const git = (...args: readonly string[]) =>
      execa('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
        cwd,
        env: { OPENCLAW: bin, GIT_CONFIG_GLOBAL: '/dev/null' },
        reject: false,
      });
    await git('init', '--quiet');
    await cp(join(examples, 'pre-commit'), join(cwd, '.git/hooks/pre-commit'));
    const spec = `version: 1\nupstreams: { llm: [127.0.0.1:8000] }\nroutes:\n  - { ${path}, upstream: llm, auth: none }\n`;
    await writeFile(join(cwd, 'openclaw.yaml'), spec);
    await git('add', 'openclaw.yaml');
    await writeFile(join(cwd, 'openclaw.yaml'), 'not what is staged');
    const commit = await git('commit', '--quiet', '--message', 'test');
    expect(commit.exitCode, commit.stderr).toBe(exitCode);
    if (exitCode === 1) expect(commit.stderr).toContain('openclaw.yaml:4:');
  });
});

test('the workflow calls commands and options that exist', async () => {
  const workflow = parse(await readFile(join(examples, 'github-actions.yml'), 'utf8')) as {
    readonly jobs: { readonly validate: { readonly steps: readonly { readonly run?: string }[] } };
  };
  const calls = workflow.jobs.validate.steps.flatMap(({ run = '' }) => run.match(/openclaw\.js .*/g) ?? []);
  expect(calls).toHaveLength(2);
  for (const call of calls) {
    const [, command = '', ...words] = call.split(' ');
    const { stdout } = await execa('node', [bin, command, '--help']);
    for (const option of words.filter((word) => word.startsWith('-'))) expect(stdout).toContain(option);
  }
});
