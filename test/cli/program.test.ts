import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { bin, buildBin, openclaw, root } from './openclaw.ts';

beforeAll(buildBin);

const run = (args: readonly string[]) => openclaw(args, { cwd: root });

describe('help', () => {
  test.each([['--help'], ['-h']])('%s', async (flag) => {
    const { exitCode, stdout, stderr } = await run([flag]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.match(/^\S.*:(?= |$)/gm)).toEqual(['Usage:', 'Options:', 'Commands:', 'Examples:', 'Exit codes:']);
    expect(stdout).toContain('\n  build [options] [spec] ');
    expect(stdout).toMatch(
      /\n {2}0 {2}done\n {2}1 {2}the spec is wrong\n {2}2 {2}.+\n {2}3 {2}the job could not be done\n$/,
    );
  });

  test.each([['build'], ['schema'], ['keys']])('%s --help', async (command) => {
    const { exitCode, stdout, stderr } = await run([command, '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: openclaw ${command} `));
    expect(stdout).toMatch(/\nExample/);
    expect(stdout).not.toMatch(/default: (?:false|\[\])/);
  });

  test('fits into a terminal', async () => {
    for (const args of [
      ['--help'],
      ['build', '--help'],
      ['validate', '--help'],
      ['diff', '--help'],
      ['schema', '--help'],
      ['keys', '--help'],
      ...['generate', 'hash', 'add', 'rotate', 'revoke', 'list'].map((name) => ['keys', name, '--help']),
    ]) {
      const { stdout } = await run(args);
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  test('no command at all: help on standard error, and 3', async () => {
    const { exitCode, stdout, stderr } = await run([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('Usage: openclaw');
  });
});

test('--version is that of package.json', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const flag of ['--version', '-V']) {
    expect(await run([flag])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  }
});

describe('what commander does not know', () => {
  test.each<[string, readonly string[], string]>([
    ['an unknown command', ['biuld'], 'Did you mean build?'],
    ['an unknown option', ['build', '--chekc'], 'Did you mean --check?'],
    ['an unknown option of schema', ['schema', '--ouf'], 'Did you mean --out?'],
    ['a wrong choice', ['build', '--emit', 'modle'], 'Allowed choices are files, model, spec.'],
  ])('%s: 3, with what was meant', async (_name, args, meant) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(meant);
  });
});

describe('schema', () => {
  test('prints the JSON Schema', async () => {
    const { exitCode, stdout, stderr } = await run(['schema']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout).title).toBe('openclaw.yaml');
  });

  test('--out writes it, --check compares it', async () => {
    await withTemporaryFolder(async (cwd) => {
      const file = join(cwd, 'schema.json');
      expect((await openclaw(['schema', '--check', 'schema.json'], { cwd })).exitCode).toBe(2);
      expect(await openclaw(['schema', '--out', 'schema.json'], { cwd })).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: '',
      });
      expect(await openclaw(['schema', '--check', 'schema.json'], { cwd })).toMatchObject({ exitCode: 0 });
      expect(await readFile(file, 'utf8')).toBe((await run(['schema'])).stdout);
      await writeFile(file, '{}\n');
      const { exitCode, stderr } = await openclaw(['schema', '--check', 'schema.json'], { cwd });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('openclaw schema --out schema.json');
      expect((await openclaw(['schema', '--out', 'no/such/folder.json'], { cwd })).exitCode).toBe(3);
    });
  });
});

describe('a reader that has seen enough', () => {
  test.each([['schema'], ['build examples/quickstart/openclaw.yaml -o -'], ['build nowhere.yaml --format json']])(
    '%s | head -c 10',
    async (command) => {
      for (const reader of ['head -c 10', 'true']) {
        const script = `node ${bin} ${command} | ${reader}; echo " $\{PIPESTATUS[0]}"`;
        const { stdout, stderr } = await execa('bash', ['-c', script], { cwd: root });
        expect(stdout).toMatch(command.includes('nowhere') ? / 3$/ : / 0$/);
        expect(stderr).not.toMatch(/EPIPE|defect/);
      }
    },
  );

  test.each([['head -c 1'], ['true']])('standard error | %s', async (reader) => {
    const script = `node ${bin} build nowhere.yaml 2>&1 >/dev/null | ${reader}; exit $\{PIPESTATUS[0]}`;
    const { exitCode } = await execa('bash', ['-c', script], { cwd: root, reject: false });
    expect(exitCode).toBe(3);
  });
});
