import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { originalsName } from '../../src/output/originals.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { bin, buildBin, openclaw, openclawProcess } from './openclaw.ts';

const spec = `version: 1
upstreams:
  llm: [127.0.0.1:8000]
routes:
  - { path: /, upstream: llm, auth: none }
`;
const broken = spec.replace('upstream: llm', 'upstream: lm');
const unlocked = spec.replace(', auth: none', '');
const warned = spec.replace('routes:', '  spare: [127.0.0.1:8001]\nroutes:');

beforeAll(buildBin);

/** A folder with an openclaw.yaml and more files. */
function withSpec(text: string, work: (cwd: string) => Promise<void>, more: Readonly<Record<string, string>> = {}) {
  return withTemporaryFolder(async (cwd) => {
    for (const [name, content] of Object.entries({ 'openclaw.yaml': text, ...more }))
      await writeFile(join(cwd, name), content);
    await work(cwd);
  });
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function textsIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = await filesIn(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

describe('exit codes', () => {
  test.each<[string, number, string, readonly string[]]>([
    ['a build', 0, spec, []],
    ['a build with warnings', 0, warned, []],
    ['a look at the model', 0, spec, ['--emit', 'model']],
    ['a wrong spec', 1, broken, []],
    ['a route that does not say who may call', 1, unlocked, []],
    ['a look at the model of such a route', 1, unlocked, ['--emit', 'model']],
    ['a spec that is no YAML', 1, 'version: [', []],
    ['an unknown target', 1, spec, ['--target', 'debian-99']],
    ['a check of a folder that is not there', 2, spec, ['--check']],
    ['a missing overlay', 3, spec, ['--overlay', 'nowhere.yaml']],
    ['an unknown option', 3, spec, ['--outt', 'x']],
    ['an option without its value', 3, spec, ['--target']],
    ['an unknown format', 3, spec, ['--format', 'xml']],
    ['an argument too many', 3, spec, ['other.yaml']],
  ])('%s: %i', async (_name, exitCode, text, args) => {
    await withSpec(text, async (cwd) => {
      const result = await openclawProcess(['build', 'openclaw.yaml', ...args], { cwd });
      expect(result.exitCode, result.stderr).toBe(exitCode);
      if (exitCode !== 0) expect(result.stdout).toBe('');
      if (exitCode !== 0) expect(result.stderr).not.toBe('');
      if (exitCode !== 0) expect(await filesIn(cwd)).toEqual(['openclaw.yaml']);
      expect(result.stderr).not.toMatch(/\n {4}at /);
    });
  });

  test('a missing spec: 3, with what to do', async () => {
    await withTemporaryFolder(async (cwd) => {
      const { exitCode, stdout, stderr } = await openclaw(['build'], { cwd });
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toContain('cannot read `openclaw.yaml`: no such file');
      expect(stderr).toContain('= help: name the spec, such as `openclaw build path/to/openclaw.yaml`');
    });
  });
});

describe('standard output has the payload and standard error the talk', () => {
  test('a build says what it wrote, where it leads and what protects it', async () => {
    await withSpec(warned, async (cwd) => {
      const { stdout, stderr } = await openclaw(['build', '-o', 'gateway'], { cwd });
      expect(stdout).toBe('');
      expect(stderr).toContain('warning[OC3007]');
      expect(stderr).toMatch(/^Wrote \d+ of \d+ files for debian-13 in gateway$/m);
      expect(stderr).toMatch(/ROUTE +PATH +WHEN +UPSTREAM +PROTECTED BY/);
      expect(stderr).toMatch(/nginx -p \S*gateway/);
      const again = await openclaw(['build', '-o', 'gateway'], { cwd });
      expect(again.stderr).toMatch(/^Nothing changed: \d+ files for debian-13 in gateway$/m);
    });
  });

  test('`-o -` prints every file, and nothing is written', async () => {
    await withSpec(warned, async (cwd) => {
      const { exitCode, stdout, stderr } = await openclaw(['build', '-o', '-'], { cwd });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^# configuration file nginx\.conf:\n/);
      expect(stdout).toContain('# configuration file openclaw.manifest.json:\n');
      expect(stderr).toContain('OC3007');
      expect(await filesIn(cwd)).toEqual(['openclaw.yaml']);
      await openclaw(['build', '-o', 'gateway'], { cwd });
      const { [originalsName]: _originals, ...files } = await textsIn(join(cwd, 'gateway'));
      expect(stdout.match(/^# configuration file /gm)).toHaveLength(Object.keys(files).length);
      for (const [name, text] of Object.entries(files)) {
        expect(stdout).toContain(`# configuration file ${name}:\n${text}`);
      }
    });
  });

  test('--quiet keeps the findings', async () => {
    await withSpec(warned, async (cwd) => {
      const { stdout, stderr } = await openclaw(['build', '-q', '-o', 'gateway'], { cwd });
      expect(stdout).toBe('');
      expect(stderr).toContain('OC3007');
      expect(stderr).not.toContain('Wrote');
    });
    await withSpec(spec, async (cwd) => {
      expect((await openclaw(['build', '--quiet'], { cwd })).stderr).toBe('');
    });
  });
});

describe('standard input', () => {
  test('is the spec `-`', async () => {
    await withTemporaryFolder(async (cwd) => {
      const { exitCode, stdout } = await openclaw(['build', '-', '-o', '-'], { cwd, input: spec });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('location ^~ / {');
    });
  });

  test('is called <stdin>, or what --stdin-filename says', async () => {
    await withTemporaryFolder(async (cwd) => {
      expect((await openclaw(['build', '-'], { cwd, input: broken })).stderr).toContain(' --> <stdin>:5:');
      const named = await openclaw(['build', '-', '--stdin-filename', 'gateway/main.yaml'], { cwd, input: broken });
      expect(named.stderr).toContain(' --> gateway/main.yaml:5:');
    });
  });

  test('starts relative paths where --stdin-filename lies', async () => {
    await withTemporaryFolder(async (cwd) => {
      await mkdir(join(cwd, 'sub'));
      await writeFile(join(cwd, 'sub/routes.yaml'), 'routes:\n  - { path: /, upstream: llm, auth: none }\n');
      const input = `include: routes.yaml\n${spec.replace(/routes:[\s\S]*/, '')}`;
      const args = ['build', '-', '-o', '-', '--stdin-filename', 'sub/openclaw.yaml'];
      expect((await openclaw(args, { cwd, input })).exitCode).toBe(0);
    });
  });

  test.each<[string, string | Buffer, string, number]>([
    ['nothing', '', 'OC1004', 1],
    ['bytes', Buffer.from([0, 1, 2]), 'OC1002', 1],
    ['nine megabytes', Buffer.alloc(9 * 1024 * 1024, 'a'), 'OC1003', 1],
  ])('with %s', async (_name, input, code, exitCode) => {
    await withTemporaryFolder(async (cwd) => {
      const result = await openclaw(['build', '-'], { cwd, input });
      expect(result.exitCode).toBe(exitCode);
      expect(result.stderr).toContain(code);
    });
  });
});

describe('--emit', () => {
  test('model: the resolved gateway as JSON', async () => {
    await withSpec(spec, async (cwd) => {
      const { stdout } = await openclaw(['build', '--emit', 'model'], { cwd });
      const model = JSON.parse(stdout);
      expect(model.upstreams[0]).toMatchObject({ name: 'llm', servers: [{ host: '127.0.0.1', port: 8000 }] });
      expect(model.routes[0].timeouts).toMatchObject({
        connect: 5000,
        firstByte: 300_000,
        idle: 300_000,
        send: 60_000,
      });
      expect(stdout).not.toContain('"at"');
    });
  });

  test('spec: the merged spec as YAML that compiles again', async () => {
    const overlay = 'server: { names: ai.example.com }\n';
    await withSpec(
      spec,
      async (cwd) => {
        const { stdout } = await openclaw(['build', '--emit', 'spec', '--overlay', 'o.yaml'], { cwd });
        expect(parse(stdout)).toEqual({ ...parse(spec), server: { names: 'ai.example.com' } });
        expect((await openclaw(['build', '-', '-o', '-'], { cwd, input: stdout })).exitCode).toBe(0);
      },
      { 'o.yaml': overlay },
    );
  });

  test('spec: also of a spec with mistakes, which are told', async () => {
    await withSpec(broken, async (cwd) => {
      const { exitCode, stdout, stderr } = await openclaw(['build', '--emit', 'spec'], { cwd });
      expect(exitCode).toBe(1);
      expect(parse(stdout)).toEqual(parse(broken));
      expect(stderr).toContain('OC3002');
    });
  });
});

describe('--check', () => {
  test('0 when the folder is up to date, 2 with names when it is not', async () => {
    await withSpec(spec, async (cwd) => {
      await openclaw(['build', '-o', 'out'], { cwd });
      const before = await textsIn(join(cwd, 'out'));
      const fresh = await openclaw(['build', '--check', '-o', 'out'], { cwd });
      expect(fresh).toEqual({ exitCode: 0, stdout: '', stderr: '`out` is up to date\n' });

      await writeFile(join(cwd, 'out/conf.d/routes.conf'), 'edited\n');
      await writeFile(join(cwd, 'openclaw.yaml'), spec.replace('path: /', 'path: /v1/'));
      const stale = await openclaw(['build', '--check', '-o', 'out'], { cwd });
      expect(stale.exitCode).toBe(2);
      expect(stale.stderr).toContain('  conf.d/routes.conf: different\n');
      expect(stale.stderr).toContain('  openclaw.manifest.json: different\n');
      expect(stale.stderr).not.toContain('nginx.conf');
      expect((await textsIn(join(cwd, 'out')))['nginx.conf']).toBe(before['nginx.conf']);
    });
  });

  test('names missing files and those that are not needed any more', async () => {
    const two = spec.replace(
      'routes:',
      '  spare: [127.0.0.1:9000]\nroutes:\n  - { path: /s/, upstream: spare, auth: none }',
    );
    await withSpec(two, async (cwd) => {
      await openclaw(['build', '-o', 'out'], { cwd });
      await writeFile(join(cwd, 'openclaw.yaml'), spec);
      const { exitCode, stderr } = await openclaw(['build', '--check', '-o', 'out'], { cwd });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('  conf.d/proxy/spare.conf: not needed any more\n');
      const empty = await openclaw(['build', '--check', '-o', 'nowhere'], { cwd });
      expect(empty.stderr).toContain('  nginx.conf: missing\n');
    });
  });
});

describe('--overlay and --target', () => {
  test('overlays are laid on in order', async () => {
    await withSpec(
      spec,
      async (cwd) => {
        const args = ['build', '--emit', 'model', '--overlay', 'one.yaml', '--overlay', 'two.yaml'];
        const model = JSON.parse((await openclaw(args, { cwd })).stdout);
        expect(model.upstreams[0].servers.map(({ port }: { port: number }) => port)).toEqual([9002]);
        expect(model.server.names).toEqual(['one.example.com']);
      },
      {
        'one.yaml': 'server: { names: one.example.com }\nupstreams: { llm: [127.0.0.1:9001] }\n',
        'two.yaml': 'upstreams: { llm: [127.0.0.1:9002] }\n',
      },
    );
  });

  test('a mistake in an overlay is shown in the overlay', async () => {
    await withSpec(
      spec,
      async (cwd) => {
        const { exitCode, stderr } = await openclaw(['build', '--overlay', 'one.yaml'], { cwd });
        expect(exitCode).toBe(1);
        expect(stderr).toContain(' --> one.yaml:1:11');
      },
      { 'one.yaml': 'server: { nams: one.example.com }\n' },
    );
  });

  test('--target replaces the one of the spec', async () => {
    await withSpec(`target: debian-12\n${spec}`, async (cwd) => {
      const { stdout } = await openclaw(['build', '-o', '-', '--target', 'openresty-1.27'], { cwd });
      expect(stdout).toContain('for openresty-1.27.');
      expect(stdout).not.toContain('debian-12');
    });
  });
});

describe('--format', () => {
  test('json', async () => {
    await withSpec(broken, async (cwd) => {
      const { exitCode, stdout, stderr } = await openclaw(['build', '--format', 'json'], { cwd });
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        formatVersion: 1,
        valid: false,
        errorCount: 1,
        diagnostics: [
          {
            code: 'OC3002',
            severity: 'error',
            file: 'openclaw.yaml',
            path: ['routes', 0, 'upstream'],
            range: { start: { line: 5, column: 26 }, end: { line: 5, column: 28 } },
          },
        ],
      });
    });
  });

  test('json of a good spec', async () => {
    await withSpec(spec, async (cwd) => {
      const { stdout, stderr } = await openclaw(['build', '--format', 'json'], { cwd });
      expect(JSON.parse(stdout)).toEqual({
        formatVersion: 1,
        valid: true,
        errorCount: 0,
        warningCount: 0,
        diagnostics: [],
      });
      expect(stderr).toBe('');
    });
  });

  test('github', async () => {
    await withSpec(broken, async (cwd) => {
      const { stdout } = await openclaw(['build', '--format', 'github'], { cwd });
      expect(stdout).toMatch(/^::error file=openclaw\.yaml,line=5,col=26,endLine=5,endColumn=28,title=OC3002::unknown/);
    });
  });

  test('sarif', async () => {
    await withSpec(broken, async (cwd) => {
      const log = JSON.parse((await openclaw(['build', '--format', 'sarif'], { cwd })).stdout);
      expect(log.version).toBe('2.1.0');
      expect(log.runs[0].results[0].ruleId).toBe('OC3002');
      expect(log.runs[0].results[0].locations[0].physicalLocation).toMatchObject({
        artifactLocation: { uri: 'openclaw.yaml' },
        region: { startLine: 5, startColumn: 26 },
      });
    });
  });

  test('findings step aside when the files are the payload', async () => {
    await withSpec(warned, async (cwd) => {
      const { stdout, stderr } = await openclaw(['build', '--format', 'json', '-o', '-'], { cwd });
      expect(stdout).toMatch(/^# configuration file /);
      expect(JSON.parse(stderr).warningCount).toBe(1);
    });
  });
});

describe('colour', () => {
  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['none in a pipe', {}, false],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, true],
    ['NO_COLOR', { NO_COLOR: '1' }, false],
    ['FORCE_COLOR wins, as in Node', { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
    ['an empty NO_COLOR does not count', { NO_COLOR: '', FORCE_COLOR: '1' }, true],
  ])('%s', async (_name, env, isColored) => {
    await withSpec(broken, async (cwd) => {
      const { stderr } = await openclawProcess(['build'], { cwd, env });
      expect(stderr.includes('\u001b[')).toBe(isColored);
      const machine = await openclaw(['build', '--format', 'json'], { cwd, env });
      expect(machine.stdout).not.toContain('\u001b[');
    });
  });
});

test.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['colour on a terminal', {}, true],
  ['no colour on a terminal with NO_COLOR', { NO_COLOR: '1' }, false],
  ['no colour on a dumb terminal', { TERM: 'dumb' }, false],
])('%s', async (_name, env, isColored) => {
  await withSpec(broken, async (cwd) => {
    const command = `node ${bin} build`;
    const options = { cwd, env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', ...env }, extendEnv: false };
    const { stdout } = await execa('script', ['-qec', command, '/dev/null'], { ...options, reject: false });
    expect(stdout).toContain('OC3002');
    expect(stdout.includes('\u001b[')).toBe(isColored);
  });
});

describe('all files or none', () => {
  test('a foreign file in the way: 3, and nothing is written', async () => {
    await withSpec(spec, async (cwd) => {
      await mkdir(join(cwd, 'out'));
      await writeFile(join(cwd, 'out/nginx.conf'), 'mine\n');
      const { exitCode, stdout, stderr } = await openclaw(['build', '-o', 'out'], { cwd });
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toContain('nginx.conf');
      expect(stderr).toContain('= help: ');
      expect(await textsIn(join(cwd, 'out'))).toEqual({ 'nginx.conf': 'mine\n' });
    });
  });

  test('an archive of somebody else where the originals belong', async () => {
    await withSpec(spec, async (cwd) => {
      await mkdir(join(cwd, 'out'));
      await writeFile(join(cwd, 'out', originalsName), 'mine\n');
      const { exitCode, stderr } = await openclaw(['build', '-o', 'out'], { cwd });
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`has files that openclaw did not write: ${originalsName}`);
      expect(await textsIn(join(cwd, 'out'))).toEqual({ [originalsName]: 'mine\n' });
    });
  });

  test('a folder with a manifest of somebody else', async () => {
    await withSpec(spec, async (cwd) => {
      await mkdir(join(cwd, 'out'));
      await writeFile(join(cwd, 'out/openclaw.manifest.json'), '{"formatVersion":9}');
      expect((await openclaw(['build', '-o', 'out'], { cwd })).exitCode).toBe(3);
      expect(await filesIn(join(cwd, 'out'))).toEqual(['openclaw.manifest.json']);
    });
  });

  test.each<[string, (out: string) => Promise<unknown>]>([
    ['a folder where a file belongs', (out) => mkdir(join(out, 'nginx.conf/full'), { recursive: true })],
    ['a file where a folder belongs', (out) => writeFile(join(out, 'conf.d'), 'mine\n')],
    ['a file where a later folder belongs', (out) => writeFile(join(out, 'lua'), 'mine\n')],
    ['a folder at the place of the last file', (out) => mkdir(join(out, 'Dockerfile/full'), { recursive: true })],
  ])('%s', async (_name, prepare) => {
    await withSpec(spec, async (cwd) => {
      const out = join(cwd, 'out');
      const withLua = spec.replace('[127.0.0.1:8000]', '{ servers: [127.0.0.1:8000], credential: env:KEY }');
      await writeFile(join(cwd, 'openclaw.yaml'), withLua);
      await mkdir(out);
      await writeFile(join(out, 'notes.txt'), 'mine\n');
      await prepare(out);
      const before = [await textsIn(out), (await readdir(out, { recursive: true })).sort()];
      const { exitCode, stdout, stderr } = await openclaw(['build', '-o', 'out'], { cwd });
      expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toMatch(/^error: /);
      expect([await textsIn(out), (await readdir(out, { recursive: true })).sort()]).toEqual(before);
    });
  });

  test('what fails half-way leaves the last build as it was', async () => {
    await withSpec(spec, async (cwd) => {
      const out = join(cwd, 'out');
      await openclaw(['build', '-o', 'out'], { cwd });
      const more = spec.replace(
        'routes:',
        '  spare: [127.0.0.1:9000]\nroutes:\n  - { path: /s/, upstream: spare, auth: none }',
      );
      await writeFile(join(cwd, 'openclaw.yaml'), more);
      await mkdir(join(out, 'conf.d/proxy/spare.conf/full'), { recursive: true });
      const before = await textsIn(out);
      expect((await openclaw(['build', '-o', 'out'], { cwd })).exitCode).toBe(3);
      expect(await textsIn(out)).toEqual(before);
      expect((await readdir(out)).filter((name) => name.startsWith('.'))).toEqual([]);
    });
  });

  test('an output folder that is a file, and a parent that cannot be made', async () => {
    await withSpec(spec, async (cwd) => {
      for (const out of ['openclaw.yaml', 'openclaw.yaml/below', '/proc/nowhere']) {
        const { exitCode, stderr } = await openclaw(['build', '-o', out], { cwd });
        expect(exitCode, stderr).toBe(3);
        expect(stderr).toMatch(/^error: cannot /);
        expect(await readFile(join(cwd, 'openclaw.yaml'), 'utf8')).toBe(spec);
      }
    });
  });
});

describe('files over several builds', () => {
  const two = spec.replace(
    'routes:',
    '  spare: [127.0.0.1:9000]\nroutes:\n  - { path: /s/, upstream: spare, auth: none }',
  );

  test('strangers survive, leftovers go', async () => {
    await withSpec(two, async (cwd) => {
      const out = join(cwd, 'out');
      await openclaw(['build', '-o', 'out'], { cwd });
      await mkdir(join(out, 'ssl'));
      await writeFile(join(out, 'ssl/ai.key'), 'mine\n');
      await writeFile(join(out, 'conf.d/proxy/mine.conf'), 'mine\n');
      expect(await filesIn(out)).toContain('conf.d/proxy/spare.conf');
      await writeFile(join(cwd, 'openclaw.yaml'), spec);
      const { exitCode } = await openclaw(['build', '-o', 'out'], { cwd });
      expect(exitCode).toBe(0);
      const files = await filesIn(out);
      expect(files).not.toContain('conf.d/proxy/spare.conf');
      expect(files).toEqual(expect.arrayContaining(['ssl/ai.key', 'conf.d/proxy/mine.conf', 'conf.d/proxy/llm.conf']));
    });
  });

  test('a leftover that somebody edited stays, and is named', async () => {
    await withSpec(two, async (cwd) => {
      await openclaw(['build', '-o', 'out'], { cwd });
      await writeFile(join(cwd, 'out/conf.d/proxy/spare.conf'), 'edited\n');
      await writeFile(join(cwd, 'openclaw.yaml'), spec);
      const { stderr } = await openclaw(['build', '-o', 'out'], { cwd });
      expect(stderr).toContain('Kept conf.d/proxy/spare.conf: ');
      expect(await readFile(join(cwd, 'out/conf.d/proxy/spare.conf'), 'utf8')).toBe('edited\n');
    });
  });

  test('the manifest has the hash of every file, and of the meaning of the spec', async () => {
    await withSpec(spec, async (cwd) => {
      await openclaw(['build', '-o', 'out'], { cwd });
      const {
        'openclaw.manifest.json': text = '',
        [originalsName]: _originals,
        ...files
      } = await textsIn(join(cwd, 'out'));
      const manifest = JSON.parse(text);
      const hashes = Object.entries(files).map(([name, content]) => [
        name,
        `sha256:${createHash('sha256').update(content).digest('hex')}`,
      ]);
      expect(manifest.files).toEqual(Object.fromEntries(hashes));
      expect(manifest).toMatchObject({ formatVersion: 1, target: 'debian-13', specHash: /^sha256:[0-9a-f]{64}$/ });
      await writeFile(join(cwd, 'openclaw.yaml'), `# a comment\nx-anchor: 1\n${spec}`);
      expect((await openclaw(['build', '--check', '-o', 'out'], { cwd })).exitCode).toBe(0);
    });
  });

  test('the originals are the files, unpacked by tar, and no file that a gateway needs', async () => {
    await withSpec(two, async (cwd) => {
      const out = join(cwd, 'out');
      await openclaw(['build', '-o', 'out'], { cwd });
      const { 'openclaw.manifest.json': _manifest, [originalsName]: archive, ...files } = await textsIn(out);
      const listing = await execa('tar', ['-tvf', join(out, originalsName), '--utc'], { all: true });
      expect(listing.all.split('\n').every((line) => line.includes(' 1970-01-01 00:00 '))).toBe(true);
      await mkdir(join(cwd, 'unpacked'));
      await execa('tar', ['-xf', join(out, originalsName), '-C', join(cwd, 'unpacked')]);
      expect(await textsIn(join(cwd, 'unpacked'))).toEqual(files);

      await rm(join(out, originalsName));
      expect((await openclaw(['build', '--check', '-o', 'out'], { cwd })).exitCode).toBe(0);
      const again = await openclaw(['build', '-o', 'out'], { cwd });
      expect(again.stderr).toMatch(/^Nothing changed: /);
      expect((await textsIn(out))[originalsName]).toBe(archive);
    });
  });

  test('a manifest that names files outside of the folder deletes nothing there', async () => {
    await withSpec(spec, async (cwd) => {
      await openclaw(['build', '-o', 'out'], { cwd });
      const file = join(cwd, 'out/openclaw.manifest.json');
      const manifest = JSON.parse(await readFile(file, 'utf8'));
      const hash = `sha256:${createHash('sha256').update(spec).digest('hex')}`;
      manifest.files['../openclaw.yaml'] = hash;
      await writeFile(file, JSON.stringify(manifest));
      const { exitCode } = await openclaw(['build', '-o', 'out'], { cwd });
      expect(exitCode).toBe(3);
      expect(await readFile(join(cwd, 'openclaw.yaml'), 'utf8')).toBe(spec);
    });
  });
});

describe('secrets of the environment', () => {
  const secret = 'correct-horse-battery-staple';
  const withSecret = `version: 1
server: { names: "\${env:HOST}" }
upstreams:
  llm: { servers: [127.0.0.1:8000], credential: env:LLM_KEY }
routes:
  - { path: /, upstream: llm, auth: none, request_headers: { X-Note: "\${env:NOTE}" } }
`;
  const env = { LLM_KEY: secret, HOST: 'ai.example.com', NOTE: 'a note' };

  test('a credential is nowhere in the output, in any form', async () => {
    await withSpec(withSecret, async (cwd) => {
      for (const args of [
        ['-o', '-'],
        ['--emit', 'model'],
        ['--emit', 'spec'],
        ['-o', 'out'],
        ['--format', 'json'],
      ]) {
        const { exitCode, stdout, stderr } = await openclaw(['build', ...args], { cwd, env });
        expect(exitCode, stderr).toBe(0);
        expect(stdout + stderr).not.toContain(secret);
      }
      for (const text of Object.values(await textsIn(join(cwd, 'out')))) expect(text).not.toContain(secret);
    });
  });

  test('--emit spec prints references, not what they stand for', async () => {
    await withSpec(withSecret, async (cwd) => {
      const { stdout } = await openclaw(['build', '--emit', 'spec'], { cwd, env });
      expect(stdout).toContain('${env:HOST}');
      expect(stdout).toContain('${env:NOTE}');
      expect(stdout).not.toMatch(/ai\.example\.com|a note/);
    });
  });

  test.each(['pretty', 'json', 'github', 'sarif'])('values from outside are not shown as %s', async (format) => {
    const text = withSecret.replace('credential: env:LLM_KEY', 'credential: "${env:LLM_KEY}"');
    await withSpec(text, async (cwd) => {
      const wrong = { ...env, HOST: 'not a host', NOTE: `${secret}\u0007` };
      const { exitCode, stdout, stderr } = await openclaw(['build', '--format', format], { cwd, env: wrong });
      expect(exitCode).toBe(1);
      expect(stdout + stderr).toContain('${env:LLM_KEY}');
      expect(stdout + stderr).not.toContain(secret);
      expect(stdout + stderr).not.toContain('not a host');
    });
  });
});

test('a folder that may not be read is a reason, not a defect', async () => {
  await withSpec(spec, async (cwd) => {
    await mkdir(join(cwd, 'loop'));
    await symlink('openclaw.manifest.json', join(cwd, 'loop/openclaw.manifest.json'));
    await chmod(join(cwd, 'loop'), 0o755);
    const { exitCode, stderr } = await openclaw(['build', '-o', 'loop'], { cwd });
    expect(exitCode).toBe(3);
    expect(stderr).not.toContain('defect');
  });
});
