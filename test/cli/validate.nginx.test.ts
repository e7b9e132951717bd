import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { bin, buildBin, openclaw, root } from './openclaw.ts';

const quickstart = join(root, 'examples/quickstart/openclaw.yaml');
const warned = `version: 1
upstreams:
  llm: [127.0.0.1:8000]
  spare: [127.0.0.1:8001]
routes:
  - { path: /, upstream: llm, auth: none }
`;
const local = ['validate', quickstart, '--target', 'debian-12', '--engine', 'local'];
const system = ['/run/nginx.pid', '/var/log/nginx', '/var/lib/nginx', '/var/log/nginx/error.log'];

beforeAll(buildBin);

/** A folder for a run's temporary files, and programs of the test's own before the machine's. */
async function withMachine(
  programs: Readonly<Record<string, string>>,
  work: (machine: { readonly folder: string; readonly env: Readonly<Record<string, string>> }) => Promise<void>,
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const [programFolder, temporary] = [join(folder, 'bin'), join(folder, 'tmp')];
    await mkdir(programFolder);
    await mkdir(temporary);
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(join(programFolder, name), `#!/bin/sh\n${text}\n`);
      await chmod(join(programFolder, name), 0o755);
    }
    const before = await Promise.all(system.map(changedAt));
    await work({ folder, env: { PATH: `${programFolder}:${process.env.PATH}`, TMPDIR: temporary } });
    expect(await Promise.all(system.map(changedAt))).toEqual(before);
  });
}

async function changedAt(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs;
}

/** Everything that a run has left: temporary files, and processes that inherited its PATH. */
async function leftovers(folder: string): Promise<readonly string[]> {
  const found: string[] = await readdir(join(folder, 'tmp'));
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const place = await readlink(`/proc/${name}/cwd`).catch(() => '');
    if (!environment.includes(`PATH=${folder}/`) && !place.startsWith(folder)) continue;
    found.push((await readFile(`/proc/${name}/cmdline`, 'latin1').catch(() => '')).replaceAll('\0', ' '));
  }
  return found;
}

async function eventually(check: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await check()) return true;
    await sleep(50);
  }
  return false;
}

/** An nginx that says who it is and then hangs, with a child that would outlive it. */
const hangs = 'case $1 in -V) exec /usr/sbin/nginx -V ;; esac\nsleep 1000 &\nsleep 1000';

describe('on the nginx of this machine', () => {
  test('a gateway that lets few addresses in, and whose key files are elsewhere, starts all the same', async () => {
    await withTemporaryFolder(async (cwd) => {
      const spec = `version: 1
server: { allow: 10.0.0.0/8, deny: 10.9.0.0/16 }
key_maps: { apps: { file: /etc/openclaw/nowhere/apps.keys } }
basic_auth: { staff: { file: /etc/openclaw/nowhere/staff.htpasswd } }
upstreams: { llm: { servers: [127.0.0.1:8000], credential: "file:/run/secrets/nowhere" } }
routes: [{ path: /, upstream: llm, auth: [apps, staff] }]
`;
      await writeFile(join(cwd, 'openclaw.yaml'), spec);
      const { exitCode, stderr } = await openclaw(['validate', '--target', 'debian-12', '--engine', 'local'], { cwd });
      expect(stderr).toContain('✓ starts and answers');
      expect(exitCode).toBe(0);
    });
  });

  test('says what was done, and leaves nothing', async () => {
    await withMachine({}, async ({ folder, env }) => {
      const { exitCode, stdout, stderr } = await openclaw(local, { cwd: folder, env });
      expect(stderr).toBe(`✓ spec
✓ nginx text read back for debian-12 (nginx 1.22.1)
– Lua: there is none
✓ nginx -t (local, nginx 1.22.1)
✓ starts and answers (local, nginx 1.22.1)
`);
      expect([exitCode, stdout, await leftovers(folder)]).toEqual([0, '', []]);
    });
  });

  test('stops what hangs', async () => {
    await withMachine({ nginx: hangs }, async ({ folder, env }) => {
      const { exitCode, stderr } = await openclaw([...local, '--timeout', '1s'], { cwd: folder, env });
      expect(stderr).toContain('error: local did not finish within 1 s\n');
      expect([exitCode, await leftovers(folder)]).toEqual([3, []]);
    });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('leaves nothing after %s', async (signal) => {
    await withMachine({ nginx: hangs }, async ({ folder, env }) => {
      const child = spawn('node', [bin, ...local], { cwd: folder, env, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
      const isRunning = async () => (await leftovers(folder)).some((title) => title.startsWith('sleep 1000'));
      expect(await eventually(isRunning)).toBe(true);
      child.kill(signal);
      expect(await ended).toBe(signal === 'SIGKILL' ? null : 3);
      expect(await eventually(async () => (await leftovers(folder)).length === 0)).toBe(true);
    });
  });

  test('shows a refusal at its place in the YAML', async () => {
    const refuses = `case " $* " in *" -t "*) echo 'nginx: [emerg] invalid value in '"$PWD"'/conf.d/routes.conf:3' >&2; exit 1 ;; esac
exec /usr/sbin/nginx "$@"`;
    await withMachine({ nginx: refuses }, async ({ folder, env }) => {
      const { exitCode, stderr } = await openclaw(local, { cwd: folder, env });
      expect(exitCode).toBe(1);
      expect(stderr).toContain('error[OC5006]: invalid value\n');
      expect(stderr).toMatch(/openclaw\.yaml:6:5\n/);
      expect(stderr).toContain('= help: nginx/1.22.1 says so of `conf.d/routes.conf:3`: `set $openclaw_route root;`');
      expect(stderr).toContain('✗ nginx -t (local, nginx 1.22.1)\n– starts and answers: not done\n');
    });
  });
});

describe('with docker', () => {
  const docker = ['validate', quickstart, '--engine', 'docker', '--image', 'any', '--timeout', '1s'];

  test.each([
    ['does not answer', 'sleep 1000', 'docker: does not answer'],
    ['hangs while it runs', 'case $1 in run) sleep 1000 ;; esac', 'docker did not finish within 1 s'],
    ['is not running', 'echo "Cannot connect" >&2; exit 1', 'docker: not running (Cannot connect)'],
    ['has no such image', 'case $1 in image|pull) echo gone; exit 1 ;; esac', 'the image `any` cannot be had (gone)'],
  ])('that %s', async (_, program, message) => {
    await withMachine({ docker: program }, async ({ folder, env }) => {
      const { exitCode, stderr } = await openclaw(docker, { cwd: folder, env });
      expect(stderr).toContain(message);
      expect([exitCode, await leftovers(folder)]).toEqual([3, []]);
    });
  });

  test('and no public image for the modules of the target', async () => {
    const spec = join(root, 'examples/xroute/openclaw.yaml');
    await withMachine({ docker: 'exit 0' }, async ({ folder, env }) => {
      const { exitCode, stderr } = await openclaw(['validate', spec, '--target', 'debian-13', '--engine', 'docker'], {
        cwd: folder,
        env,
      });
      expect([exitCode, stderr]).toEqual([
        3,
        expect.stringContaining('no public image has the modules of `debian-13`'),
      ]);
    });
  });
});

describe('without any engine', () => {
  async function bare(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    let result: Awaited<ReturnType<typeof openclaw>> | undefined;
    await withTemporaryFolder(async (folder) => {
      await symlink(execPath, join(folder, 'node'));
      await writeFile(join(folder, 'openclaw.yaml'), warned);
      result = await openclaw(args, { cwd: folder, env: { PATH: folder, ...env } });
    });
    return result;
  }

  test.each([
    [
      'succeeds and says so',
      ['validate'],
      {},
      0,
      'Lua, nginx -t, start: not done (docker: not installed; podman: not installed; local: there is no nginx',
    ],
    [
      'is a failure in CI',
      ['validate'],
      { CI: 'true' },
      3,
      'error: no nginx has tried the configuration: docker: not installed',
    ],
    [
      'is a failure in CI that --quiet does not hide',
      ['validate', '--quiet'],
      { CI: '1' },
      3,
      'error: no nginx has tried',
    ],
    ['is fine in CI when asked for', ['validate', '--engine', 'none'], { CI: 'true' }, 0, 'not done (`--engine none`)'],
    ['is a failure when one was asked for', ['validate', '--engine', 'podman'], {}, 3, 'podman: not installed'],
    ['counts warnings', ['validate', '--max-warnings', '0'], {}, 1, '1 warning, and `--max-warnings` allows 0'],
    ['allows as many warnings as it is told', ['validate', '--max-warnings', '1'], {}, 0, '✓ spec'],
    ['refuses a timeout that is none', ['validate', '--timeout', 'soon'], {}, 3, 'A duration is such as'],
  ])('%s', async (_, args, env, exitCode, message) => {
    const result = await bare(args, env as Record<string, string>);
    expect(result?.stderr).toContain(message);
    expect(result?.exitCode).toBe(exitCode);
  });

  test('prints findings for programs', async () => {
    const result = await bare(['validate', '--engine', 'none', '--format', 'json']);
    expect(JSON.parse(result?.stdout ?? '')).toMatchObject({ valid: true, diagnostics: [{ code: 'OC3007' }] });
  });
});

test('a wrong spec is wrong without any nginx', async () => {
  const { exitCode, stderr } = await openclaw(['validate', '-'], { cwd: dirname(quickstart), input: 'version: 2\n' });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('✗ spec\n');
});
