import { appendFile, copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { buildBin, openclaw, type RunResult } from './openclaw.ts';

const old = `version: 1
upstreams:
  llm: [127.0.0.1:8000]
routes:
  - { name: chat, path: /v1/, upstream: llm, auth: none }
`;
const slower = old.replace('auth: none', 'auth: none, timeouts: { idle: 600s }');
const looser = old.replace('upstreams:', 'server: { max_body_size: 1g }\nupstreams:');
const wrong = old.replace('upstream: llm', 'upstream: lm');
/** What earlier versions took with a warning. */
const unsaid = old.replace(', auth: none', '');

beforeAll(buildBin);

interface Place {
  readonly cwd: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  run(
    args: readonly string[],
    more?: { readonly env?: Readonly<Record<string, string>>; readonly input?: string },
  ): Promise<RunResult>;
  git(...args: readonly string[]): Promise<string>;
}

function within(files: Readonly<Record<string, string>>, work: (place: Place) => Promise<void>): Promise<void> {
  return withTemporaryFolder(async (cwd) => {
    const place: Place = {
      cwd,
      write: async (texts) => {
        for (const [name, text] of Object.entries(texts)) {
          await mkdir(dirname(join(cwd, name)), { recursive: true });
          await writeFile(join(cwd, name), text);
        }
      },
      run: (args, more) => openclaw(args, { cwd, ...more }),
      git: async (...args) => {
        const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main'];
        return (await execa('git', [...identity, ...args], { cwd })).stdout;
      },
    };
    await place.write(files);
    await work(place);
  });
}

describe('exit codes', () => {
  test.each<[string, number, string, readonly string[]]>([
    ['a difference', 0, slower, []],
    ['a difference, asked for', 2, slower, ['--exit-code']],
    ['no difference, asked for', 0, old, ['--exit-code']],
    ['no such risk', 0, slower, ['--fail-on', 'loosens,reroutes']],
    ['such a risk', 2, looser, ['--fail-on', 'loosens']],
    ['such a risk among several', 2, slower, ['--fail-on', 'loosens,capacity']],
    ['such a risk by a second flag', 2, slower, ['--fail-on', 'loosens', '--fail-on', 'capacity']],
    ['a wrong spec', 1, wrong, []],
    ['an unknown risk', 3, slower, ['--fail-on', 'bad']],
    ['an unknown format', 3, slower, ['--format', 'sarif']],
    ['an argument too many', 3, slower, ['another.yaml']],
  ])('%s: %i', async (_name, exitCode, after, args) => {
    await within({ 'old.yaml': old, 'openclaw.yaml': after }, async ({ run, cwd }) => {
      const result = await run(['diff', 'openclaw.yaml', '--against', 'old.yaml', ...args]);
      expect(result.exitCode, result.stderr).toBe(exitCode);
      expect(result.stderr).not.toMatch(/\n {4}at /);
      expect((await readdir(cwd)).sort()).toEqual(['old.yaml', 'openclaw.yaml']);
    });
  });

  test.each<[string, readonly string[], string]>([
    ['nothing to compare with', [], "required option '--against"],
    ['something that is nothing', ['--against', 'nowhere'], '`nowhere` is no folder, no spec and no git ref'],
    ['a folder that was not built', ['--against', '.'], '`.` has no `openclaw.manifest.json`'],
    ['a commit outside of a repository', ['--against', 'git:main'], 'git knows no commit `main` here'],
    ['what looks like an option', ['--against=--help'], 'is no folder'],
  ])('%s: 3', async (_name, args, message) => {
    await within({ 'openclaw.yaml': old }, async ({ run }) => {
      const { exitCode, stdout, stderr } = await run(['diff', ...args], { env: { GIT_CEILING_DIRECTORIES: '/' } });
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toContain(message);
    });
  });
});

describe('output', () => {
  test('one quiet line on standard error when nothing changed, none with --quiet', async () => {
    await within({ 'old.yaml': old, 'openclaw.yaml': `# moved\n${old}` }, async ({ run }) => {
      expect(await run(['diff', '--against', 'old.yaml'])).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: 'no changes against `old.yaml`\n',
      });
      expect(await run(['diff', '--against', 'old.yaml', '--quiet'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    });
  });

  test('no colour in a pipe; with FORCE_COLOR some', async () => {
    await within({ 'old.yaml': old, 'openclaw.yaml': slower }, async ({ run }) => {
      const plain = await run(['diff', '--against', 'old.yaml']);
      expect(plain.stdout).toMatch(/^~ route chat\n[\s\S]*\n1 to change, 0 to add, 0 to remove\n$/);
      expect(plain.stdout).not.toContain('\u001b');
      const forced = await run(['diff', '--against', 'old.yaml'], { env: { FORCE_COLOR: '1' } });
      expect(forced.stdout).toContain('\u001b[');
      expect(plain.stderr).toBe('');
    });
  });

  test('JSON alone on standard output, also when nothing changed', async () => {
    await within({ 'old.yaml': old, 'openclaw.yaml': old }, async ({ run }) => {
      const { stdout, stderr } = await run(['diff', '--against', 'old.yaml', '--format', 'json']);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ formatVersion: 1, against: 'old.yaml', changes: [], drift: [] });
    });
  });

  test('what is wrong with the other spec is said, under its name', async () => {
    await within({ 'old.yaml': wrong, 'openclaw.yaml': old }, async ({ run }) => {
      const { exitCode, stderr } = await run(['diff', '--against', 'old.yaml']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('--> old.yaml:5:');
    });
  });

  test('the spec can come from standard input', async () => {
    await within({ 'old.yaml': old }, async ({ run }) => {
      const { stdout } = await run(['diff', '-', '--against', 'old.yaml'], { input: slower });
      expect(stdout).toContain('5m → 10m');
    });
  });
});

describe('a route that does not say who may call', () => {
  test('is wrong in the spec', async () => {
    await within({ 'old.yaml': old, 'openclaw.yaml': unsaid }, async ({ run }) => {
      const { exitCode, stdout, stderr } = await run(['diff', '--against', 'old.yaml']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('error[OC3006]: route `chat` does not say who may call');
    });
  });

  test('is compared with, where it let everyone in: an older spec, a commit, a build', async () => {
    await within({ 'old.yaml': unsaid, 'openclaw.yaml': unsaid }, async ({ run, cwd, write, git }) => {
      await git('init', '-q');
      await git('add', '.');
      await git('commit', '-q', '-m', 'old');
      await write({ 'openclaw.yaml': old });
      await run(['build', '-q']);
      const manifest = join(cwd, 'gateway/openclaw.manifest.json');
      const built = await readFile(manifest, 'utf8');
      expect(built).toContain('"kind": "none"');
      await writeFile(manifest, built.replaceAll('"kind": "none"', '"kind": "unset"'));
      for (const against of ['old.yaml', 'git:main', 'gateway']) {
        const { exitCode, stdout, stderr } = await run(['diff', '--against', against]);
        expect({ exitCode, stderr }, against).toEqual({ exitCode: 0, stderr: '' });
        expect(stdout, against).toContain('route `chat` lets everyone in, as before');
      }
    });
  });
});

describe('against a folder', () => {
  test('what the next build changes, and what was edited by hand', async () => {
    await within({ 'openclaw.yaml': old }, async ({ run, cwd, write }) => {
      await run(['build', '-q']);
      expect((await run(['diff', '--against', 'gateway', '--exit-code'])).exitCode).toBe(0);
      await appendFile(join(cwd, 'gateway/conf.d/upstreams.conf'), '# by hand\n');
      await rm(join(cwd, 'gateway/docker-compose.yml'));
      const drifted = await run(['diff', '--against', 'gateway', '--exit-code']);
      expect(drifted.exitCode).toBe(2);
      expect(drifted.stdout).toContain('! conf.d/upstreams.conf  edited by hand since it was built');
      expect(drifted.stdout).toContain('    +# by hand\n');
      expect(drifted.stdout).toContain('! docker-compose.yml  deleted since it was built');
      expect(drifted.stdout).toContain('2 files changed by hand\n0 to change, 0 to add, 0 to remove\n');
      await write({ 'openclaw.yaml': old.replace('127.0.0.1:8000', '127.0.0.1:8001') });
      const both = await run(['diff', '--against', 'gateway']);
      expect(both.stdout).toContain('    +# by hand\n');
      expect(both.stdout).not.toMatch(/^ {4}[-+].*800[01]/m);
    });
  });

  test.each<[string, (cwd: string) => Promise<unknown>]>([
    ['gone', (cwd) => rm(join(cwd, 'gateway/openclaw.originals.tar'))],
    ['damaged', (cwd) => truncate(join(cwd, 'gateway/openclaw.originals.tar'), 2000)],
    [
      'those of another build',
      (cwd) => copyFile(join(cwd, 'other/openclaw.originals.tar'), join(cwd, 'gateway/openclaw.originals.tar')),
    ],
  ])(
    'when the originals are %s, an edit is named, and shown when the new build tells what it was',
    async (_name, spoil) => {
      const other = old.replace('127.0.0.1:8000', '127.0.0.1:8001');
      await within({ 'openclaw.yaml': old, 'other.yaml': other }, async ({ run, cwd, write }) => {
        await run(['build', '-q']);
        await run(['build', '-q', 'other.yaml', '-o', 'other']);
        await appendFile(join(cwd, 'gateway/conf.d/upstreams.conf'), '# by hand\n');
        await spoil(cwd);
        const drift = async () =>
          JSON.parse((await run(['diff', '--against', 'gateway', '--format', 'json'])).stdout).drift;
        const patch = expect.stringContaining('\n+# by hand\n');
        expect(await drift()).toEqual([{ path: 'conf.d/upstreams.conf', state: 'edited', patch }]);
        await write({ 'openclaw.yaml': other });
        expect(await drift()).toEqual([{ path: 'conf.d/upstreams.conf', state: 'edited', patch: null }]);
      });
    },
  );

  test('an edit beside a value from the environment does not tell it, also after it has changed', async () => {
    const spec = old.replace(
      '[127.0.0.1:8000]',
      "{ servers: [127.0.0.1:8000], request_headers: { X-Org: '${env:ORG}' } }",
    );
    await within({ 'openclaw.yaml': spec }, async ({ run, cwd }) => {
      await run(['build', '-q'], { env: { ORG: 'first-token' } });
      const file = join(cwd, 'gateway/conf.d/routes.conf');
      await writeFile(file, (await readFile(file, 'utf8')).replace(/^(.*first-token.*)$/m, '# by hand\n$1'));
      const { stdout } = await run(['diff', '--against', 'gateway'], { env: { ORG: 'second-token' } });
      expect(stdout).toContain('    +# by hand\n');
      expect(stdout).toMatch(/^ {5} +proxy_set_header X-Org hidden \(sha256:[0-9a-f]{8}\);$/m);
      expect(stdout).not.toMatch(/first-token|second-token/);
    });
  });

  test('the patch of --text is one for the real program, and leaves what a build would', async () => {
    const more = `${slower.replace('[127.0.0.1:8000]', '[127.0.0.1:8000, 127.0.0.1:8001]')}compression: { gzip: true }\n`;
    await within({ 'openclaw.yaml': old }, async ({ run, cwd, write }) => {
      await run(['build', '-q']);
      await appendFile(join(cwd, 'gateway/conf.d/upstreams.conf'), '# by hand\n');
      await rm(join(cwd, 'gateway/docker-compose.yml'));
      await write({ 'openclaw.yaml': more });
      const { stdout, stderr } = await run(['diff', '--against', 'gateway', '--text']);
      expect(stderr).toBe('');
      const patched = await execa('patch', ['-p1', '--batch', '-d', 'gateway'], { cwd, input: stdout });
      expect(patched.stdout).not.toMatch(/fuzz|offset|FAILED/);
      expect((await run(['build', '--check'])).exitCode).toBe(0);
      expect((await run(['diff', '--against', 'gateway', '--text', '--exit-code'])).stdout).toBe('');
    });
  });

  test('hashes of keys in files that stay do not make a patch one for reading only', async () => {
    const keyed = `key_maps: { apps: { clients: [{ id: app, key: "sha256:${'a'.repeat(64)}" }] } }\n`;
    const before = `${old}${keyed}`.replace('auth: none', 'auth: apps');
    await within({ 'openclaw.yaml': before }, async ({ run, cwd, write }) => {
      await run(['build', '-q']);
      await write({ 'openclaw.yaml': before.replace('path: /v1/', 'path: /v2/') });
      const { stdout, stderr } = await run(['diff', '--against', 'gateway', '--text']);
      expect(stderr).toBe('');
      await execa('patch', ['-p1', '--batch', '-d', 'gateway'], { cwd, input: stdout });
      expect((await run(['build', '--check'])).exitCode).toBe(0);
      await write({ 'openclaw.yaml': before.replace('aaaa"', 'bbbb"') });
      const rotated = await run(['diff', '--against', 'gateway', '--text']);
      expect(rotated.stderr).toContain('for reading only');
      expect(rotated.stdout).not.toContain('a'.repeat(20));
    });
  });

  test('files that come and go are made and removed by the patch', async () => {
    const withKey = old.replace('[127.0.0.1:8000]', '{ provider: openai, credential: env:OPENAI_API_KEY }');
    for (const [before, after] of [
      [old, withKey],
      [withKey, old],
    ] as const) {
      await within({ 'openclaw.yaml': before }, async ({ run, cwd, write }) => {
        await run(['build', '-q']);
        await write({ 'openclaw.yaml': after });
        const { stdout } = await run(['diff', '--against', 'gateway', '--text']);
        expect(stdout).toContain('/dev/null');
        await execa('patch', ['-p1', '--batch', '-d', 'gateway'], { cwd, input: stdout });
        expect((await run(['build', '--check'])).exitCode).toBe(0);
      });
    }
  });

  test('a value from the environment is in no form of the output; its rotation is', async () => {
    const spec = old.replace(
      '[127.0.0.1:8000]',
      "{ servers: [127.0.0.1:8000], request_headers: { X-Org: '${env:ORG}' } }",
    );
    const first = 'v1"tok$en\\one';
    const second = 'v2"tok$en\\two';
    await within({ 'openclaw.yaml': spec }, async ({ run }) => {
      await run(['build', '-q'], { env: { ORG: first } });
      for (const args of [[], ['--text'], ['--format', 'json'], ['--format', 'json', '--text']]) {
        const { stdout, stderr } = await run(['diff', '--against', 'gateway', ...args], { env: { ORG: second } });
        expect(stdout).toMatch(/\$\{env:ORG\} \(sha256:[0-9a-f]{8}\)/);
        expect(`${stdout}${stderr}`).not.toMatch(/tok.{0,25}en|v[12]["\\]/);
        if (args[0] === '--text') expect(stderr).toContain('for reading only');
      }
    });
  });
});

describe('against a commit', () => {
  const main =
    'include: upstreams.yaml\nversion: 1\nroutes:\n  - { name: chat, path: /v1/, upstream: llm, auth: none }\n';
  const upstreams = 'upstreams:\n  llm: [127.0.0.1:8000]\n';
  const overlay = 'server: { max_body_size: 8m }\n';

  test('the spec, its includes and its overlays are those of the commit', async () => {
    const files = { 'deploy/openclaw.yaml': main, 'deploy/upstreams.yaml': upstreams, 'deploy/prod.yaml': overlay };
    await within(files, async ({ run, git, write }) => {
      await git('init', '-q');
      await git('add', '.');
      await git('commit', '-qm', 'one');
      await git('tag', 'v1');
      await write({
        'deploy/upstreams.yaml': upstreams.replace('8000', '8001'),
        'deploy/prod.yaml': overlay.replace('8m', '16m'),
      });
      await git('add', '.');
      const status = await git('status', '--porcelain=v2', '--branch');
      for (const against of ['git:HEAD', 'HEAD', 'v1', 'git:main']) {
        const args = ['diff', 'deploy/openclaw.yaml', '--overlay', 'deploy/prod.yaml', '--against', against];
        const { stdout, stderr, exitCode } = await run(args);
        expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
        expect(stdout).toMatch(/max_body_size +8m → 16m/);
        expect(stdout).toContain('servers.127.0.0.1:8001');
        expect(stdout).not.toContain('does not know');
      }
      expect(await git('status', '--porcelain=v2', '--branch')).toBe(status);
      expect(await git('worktree', 'list')).not.toContain('\n');
    });
  });

  test('from a folder below, and with an overlay that the commit lacks', async () => {
    await within({ 'a/b/openclaw.yaml': old }, async ({ git, cwd, write }) => {
      await git('init', '-q');
      await git('add', '.');
      await git('commit', '-qm', 'one');
      await write({ 'a/b/prod.yaml': overlay });
      const args = ['diff', '--overlay', 'prod.yaml', '--against', 'git:HEAD'];
      const { stdout } = await openclaw(args, { cwd: join(cwd, 'a/b') });
      expect(stdout).toMatch(/max_body_size +32m → 8m/);
    });
  });

  test('a spec that is wrong there is said to be there, and one that is not there too', async () => {
    await within({ 'openclaw.yaml': wrong }, async ({ git, run, write }) => {
      await git('init', '-q');
      await git('add', '.');
      await git('commit', '-qm', 'one');
      await write({ 'openclaw.yaml': old, 'new.yaml': old });
      const bad = await run(['diff', '--against', 'git:HEAD']);
      expect(bad.exitCode).toBe(1);
      expect(bad.stderr).toContain('--> git:HEAD:openclaw.yaml:5:');
      const missing = await run(['diff', 'new.yaml', '--against', 'git:HEAD']);
      expect(missing.exitCode).toBe(3);
      expect(missing.stderr).toContain('git:HEAD:new.yaml');
    });
  });

  test('no temporary folder is left behind', async () => {
    await within({ 'openclaw.yaml': old }, async ({ git, run, cwd, write }) => {
      await git('init', '-q');
      await git('add', '.');
      await git('commit', '-qm', 'one');
      await write({ 'tmp/.keep': '' });
      await run(['diff', '--against', 'git:HEAD'], { env: { TMPDIR: join(cwd, 'tmp') } });
      expect(await readdir(join(cwd, 'tmp'))).toEqual(['.keep']);
    });
  });
});
