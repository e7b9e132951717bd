import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildBin, root } from '../cli/openclaw.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

const page = await readFile(join(root, 'docs/api.md'), 'utf8');
const examples = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text = '']) => text);
const quickstart = await readFile(join(root, 'examples/quickstart/openclaw.yaml'), 'utf8');

/** Runs a module as a user of the package would: in a folder of its own, with the package in node_modules. */
async function run(
  module: string,
  look: (folder: string) => Promise<void> = async () => undefined,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number | undefined }> {
  return withTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'node_modules'));
    await symlink(root, join(folder, 'node_modules/openclaw-proxy'));
    await writeFile(join(folder, 'openclaw.yaml'), quickstart);
    await writeFile(join(folder, 'open.yaml'), 'routes: [{ path: /v1/, upstream: llm, auth: none }]\n');
    await writeFile(join(folder, 'example.mjs'), module);
    const { stdout, stderr, exitCode } = await execa('node', ['example.mjs'], { cwd: folder, reject: false });
    await look(folder);
    return { stdout, stderr, exitCode };
  });
}

/** The example that calls a function first. */
function exampleOf(name: string): string {
  return examples.find((text) => new RegExp(`\\b${name}\\(`).test(text)) ?? '';
}

beforeAll(buildBin);

describe('the examples of docs/api.md', () => {
  test('a command', async () => {
    const { stdout, exitCode } = await run(exampleOf('renderReport'), async (folder) => {
      expect(await readdir(join(folder, 'gateway'))).toContain('nginx.conf');
    });
    expect(stdout).toMatch(/^Wrote \d+ of \d+ files for debian-13 in gateway$/m);
    expect(exitCode).toBe(0);
  });

  test('what was found', async () => {
    const { stdout } = await run(exampleOf('validate'));
    expect(stdout.split('\n')).toContain(
      'error OC3002 at lm: unknown upstream `lm` (did you mean `llm`? upstreams: llm)',
    );
    expect(stdout).toMatch(/^1$/m);
  });

  test('what could not be done', async () => {
    expect((await run(exampleOf('diff'))).stdout).toBe('`nowhere` is no folder, no spec and no git ref');
  });

  test('in memory', async () => {
    const { stdout, stderr } = await run(exampleOf('compile'), async (folder) => {
      expect(await readdir(folder)).toEqual(['example.mjs', 'node_modules', 'open.yaml', 'openclaw.yaml']);
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\[ 'root' \]\n.*nginx\.conf: \d+ characters.*\n0$/s);
  });

  test('what changes', async () => {
    const { stdout, stderr } = await run(exampleOf('diffGateways'));
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\((?:loosens|narrows|reroutes)\)\nreload/);
  });

  test('all of them are run here', () => {
    expect(examples.length).toBe(5);
  });
});

test('the package exports what docs/api.md tells of, and nothing else that runs', async () => {
  const { stdout } = await run("console.log(Object.keys(await import('openclaw-proxy')).sort().join('\\n'));");
  const names = stdout.split('\n');
  expect(names).toEqual([
    'OperationError',
    'build',
    'compile',
    'diff',
    'diffGateways',
    'findTarget',
    'jsonSchema',
    'loadSource',
    'readPublicModel',
    'renderReport',
    'targetNames',
    'validate',
  ]);
  for (const name of names) expect(page).toContain(name);
});

test('the schema of the package is the one that `jsonSchema` makes', async () => {
  const { stdout } = await run(`import { jsonSchema } from 'openclaw-proxy';
import schema from 'openclaw-proxy/schema.json' with { type: 'json' };
console.log(JSON.stringify(jsonSchema()) === JSON.stringify(schema));`);
  expect(stdout).toBe('true');
});
