import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { type KeysRun, runKeys } from '../keys/run-keys.ts';
import { long } from '../keys/spec-texts.ts';

const spec = long(`version: 1
upstreams:
  llm: { servers: [127.0.0.1:8000], credential: env:KEY }   # as it was
server: { names: ["\${env:NAME_THAT_IS_NOT_SET}"] }
key_maps:
  apps:
    clients:
      - { id: mobile, key: "sha256:A" }   # phones
      - id: batch
        key: [sha256:B, sha256:C]
routes: []
`);

interface Place {
  readonly cwd: string;
  readonly run: (args: readonly string[], input?: string | Uint8Array) => Promise<KeysRun>;
  readonly read: (name?: string) => Promise<string>;
  /** Everything in the folder by name. */
  readonly all: () => Promise<Readonly<Record<string, string>>>;
}

function within(files: Readonly<Record<string, string>>, work: (place: Place) => Promise<void>): Promise<void> {
  return withTemporaryFolder(async (cwd) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
    const read = (name = 'openclaw.yaml') => readFile(join(cwd, name), 'utf8');
    const all = async () => {
      const entries = await readdir(cwd, { recursive: true, withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const texts = names.map(async (name) => [name.slice(cwd.length + 1), await readFile(name, 'utf8')] as const);
      return Object.fromEntries(await Promise.all(texts));
    };
    await work({ cwd, read, all, run: (args, input = '') => runKeys(args, { cwd, input }) });
  });
}

function hashOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

const keyShape = /^oc-[A-Za-z0-9_-]{43}\n$/;

describe('generate', () => {
  test('a key alone on standard output, its hash on the other', async () => {
    await within({}, async ({ run, all }) => {
      const { exitCode, stdout, stderr } = await run(['generate']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(keyShape);
      expect(stderr.startsWith(`${hashOf(stdout.trimEnd())}\n`)).toBe(true);
      expect(stderr).toContain('`openclaw keys add <id>`');
      expect(stderr).not.toContain(stdout.trimEnd());
      expect((await run(['generate'])).stdout).not.toBe(stdout);
      expect((await run(['generate', '-q'])).stderr).toBe('');
      expect(await all()).toEqual({});
    });
  });

  test('both for programs', async () => {
    await within({}, async ({ run }) => {
      const { stdout, stderr } = await run(['generate', '--format', 'json']);
      const { key, hash, ...rest } = JSON.parse(stdout);
      expect({ hash, rest, stderr }).toEqual({ hash: hashOf(key), rest: {}, stderr: '' });
    });
  });
});

describe('hash', () => {
  const sample = 'a-key-of-more-than-24-characters';

  test.each([
    ['without a line end', sample],
    ['with one', `${sample}\n`],
    ['with one of Windows', `${sample}\r\n`],
  ])('of a key %s', async (_name, input) => {
    await within({}, async ({ run }) => {
      const { exitCode, stdout, stderr } = await run(['hash'], input);
      expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: `${hashOf(sample)}\n`, stderr: '' });
    });
  });

  test('of a short key, with a warning', async () => {
    await within({}, async ({ run }) => {
      expect(await run(['hash'], 'hunter2')).toEqual({
        exitCode: 0,
        stdout: `${hashOf('hunter2')}\n`,
        stderr: 'warning: the key is shorter than 24 characters; whoever sees its hash may guess it\n',
      });
    });
  });

  test.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'it is empty'],
    ['only a line end', '\n', 'it is empty'],
    ['two lines', 'sesame\nsesame\n', 'it has line breaks or other control characters in it'],
    ['two line ends', 'sesame\n\n', 'it has line breaks or other control characters in it'],
    ['a blank', 'sesame open', 'it has blanks in it'],
    ['NUL', 'sesame\0', 'it has line breaks or other control characters in it'],
    ['letters that are not ASCII', 'sésame', 'it has characters that are not ASCII'],
    ['no text', Buffer.from([0x73, 0xff]), 'it has characters that are not ASCII'],
    ['too much', 'x'.repeat(4097), 'it is longer than 4096 bytes'],
  ])('not of %s, which is not shown', async (_name, input, reason) => {
    await within({}, async ({ run }) => {
      const { exitCode, stdout, stderr } = await run(['hash'], input);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toContain(`error: this cannot be a key: ${reason}\n`);
      expect(stderr).not.toMatch(/s.sam|xxxx/);
    });
  });
});

describe('add', () => {
  test('prints the key once, and stores nothing but its hash', async () => {
    await within({ 'openclaw.yaml': spec }, async ({ run, read, all }) => {
      const { exitCode, stdout, stderr } = await run(['add', 'web', '--tier', 'premium', '--models', 'o3,gpt-4o*']);
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toMatch(keyShape);
      const key = stdout.trimEnd();
      expect(stderr).toBe(
        `Added client web to apps in openclaw.yaml: ${hashOf(key)}\nIt takes effect with the next build of the gateway\n`,
      );
      const line = `      - id: web\n        key: ${hashOf(key)}\n        tier: premium\n        models: [o3, gpt-4o*]\n`;
      expect(await read()).toBe(spec.replace('routes: []', `${line}routes: []`));
      for (const text of Object.values(await all())) expect(text).not.toContain(key);
      expect(stderr).not.toContain(key);
    });
  });

  test('stores a hash that is given, and prints no key', async () => {
    await within({ 'openclaw.yaml': spec }, async ({ run, read }) => {
      const hash = hashOf('a key of somebody else');
      const { exitCode, stdout } = await run(['add', 'web', '--hash', hash.toUpperCase().replace('SHA', 'sha'), '-q']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
      expect(await read()).toContain(hash);
    });
  });

  test('into the map that is named', async () => {
    const two = spec.replace('routes: []', '  web: { from: bearer }\nroutes: []');
    await within({ 'openclaw.yaml': two }, async ({ run, read }) => {
      const { exitCode, stdout } = await run(['add', 'mobile', '--map', 'web']);
      expect(exitCode).toBe(0);
      const client = `[{ id: mobile, key: ${hashOf(stdout.trimEnd())} }]`;
      expect(await read()).toBe(two.replace('{ from: bearer }', `{ from: bearer, clients: ${client} }`));
    });
  });

  test('with a warning when the key is over already', async () => {
    await within({ 'openclaw.yaml': spec }, async ({ run }) => {
      const { stderr } = await run(['add', 'web', '--not-after', '2001-01-01']);
      expect(stderr).toContain('warning: the new key is refused: it ended at 2001-01-01\n');
    });
  });
});

describe('rotate and revoke', () => {
  test('a key for a key', async () => {
    await within({ 'openclaw.yaml': spec }, async ({ run, read }) => {
      const before = Date.now();
      const { exitCode, stdout, stderr } = await run(['rotate', 'mobile', '--overlap', '2h']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(keyShape);
      const [, end = ''] = /^Its other keys end at (\S+), if not before$/m.exec(stderr) ?? [];
      expect(Date.parse(end) - before).toBeGreaterThanOrEqual(7_200_000);
      expect(Date.parse(end) - before).toBeLessThan(7_260_000);
      const [old = ''] = spec.match(/"sha256:a+"/) ?? [];
      const after = `[{ hash: ${old}, not_after: ${end} }, "${hashOf(stdout.trimEnd())}"]`;
      expect(await read()).toBe(spec.replace(old, after));
      expect((await run(['revoke', 'mobile', '--key', old.slice(1, 16)])).exitCode).toBe(0);
      expect(await read()).toBe(spec.replace(old, `["${hashOf(stdout.trimEnd())}"]`));
    });
  });

  test('a client that is revoked is gone, and nothing is printed on standard output', async () => {
    await within({ 'openclaw.yaml': spec }, async ({ run, read }) => {
      const { exitCode, stdout, stderr } = await run(['revoke', 'batch']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
      expect(stderr).toMatch(/^Removed client batch from apps in openclaw\.yaml$/m);
      expect(await read()).toBe(spec.replace(/ {6}- id: batch\n.*\n/, ''));
    });
  });

  test('what brings the first client or takes the last needs a reload', async () => {
    const fileOnly = 'key_maps:\n  apps:\n    file: /etc/openclaw/apps.keys\n';
    await within({ 'openclaw.yaml': fileOnly }, async ({ run, read }) => {
      const reload = 'It takes effect when the gateway is built and nginx reloaded\n';
      expect((await run(['add', 'one'])).stderr).toContain(reload);
      expect((await run(['add', 'two'])).stderr).not.toContain('reload');
      expect((await run(['revoke', 'one'])).stderr).not.toContain('reload');
      expect((await run(['revoke', 'two'])).stderr).toContain(reload);
      expect(await read()).toBe(fileOnly);
    });
  });

  test('the last client stays, with what to do', async () => {
    await within({ 'openclaw.yaml': spec }, async ({ run, read }) => {
      await run(['revoke', 'batch']);
      const before = await read();
      const { exitCode, stderr } = await run(['revoke', 'mobile']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('error[OC3008]: `mobile` is the last client of `apps`');
      expect(stderr).toContain('openclaw keys rotate mobile --overlap 0s');
      expect(await read()).toBe(before);
    });
  });
});

describe('where it is written', () => {
  const main = 'version: 1\ninclude: [maps/apps.yaml, maps/web.yaml]\nroutes: []\n';
  const apps = long('\ufeff# apps\r\nkey_maps:\r\n  apps:\r\n    clients: [{ id: one, key: sha256:A }]   # ä\r\n');
  const web = 'key_maps:\n  web:\n    from: bearer\n';

  test('the file of an include is edited, to the byte, and no other', async () => {
    await within(
      { 'openclaw.yaml': main, 'maps/apps.yaml': apps, 'maps/web.yaml': web },
      async ({ run, read, all }) => {
        const first = await run(['add', 'new', '--map', 'apps']);
        expect(first.stderr).toContain('to apps in maps/apps.yaml');
        const added = apps.replace('}]', `}, { id: new, key: ${hashOf(first.stdout.trimEnd())} }]`);
        expect(await all()).toEqual({ 'openclaw.yaml': main, 'maps/apps.yaml': added, 'maps/web.yaml': web });
        const second = await run(['add', 'new', '--map', 'web']);
        expect(await read('maps/web.yaml')).toBe(
          `${web}    clients:\n      - { id: new, key: ${hashOf(second.stdout.trimEnd())} }\n`,
        );
        expect((await run(['revoke', 'new', '--map', 'apps'])).exitCode).toBe(0);
        expect(await read('maps/apps.yaml')).toBe(apps);
      },
    );
  });

  test('an overlay that replaces the clients is edited', async () => {
    const overlay = long('key_maps: { apps: { clients: [{ id: two, key: sha256:D }] } }\n');
    await within({ 'openclaw.yaml': spec, 'prod.yaml': overlay }, async ({ run, read }) => {
      const { stdout, stderr } = await run(['add', 'mobile', '--overlay', 'prod.yaml']);
      expect(stderr).toContain('prod.yaml');
      expect(await read('prod.yaml')).toBe(
        overlay.replace('}]', `}, { id: mobile, key: ${hashOf(stdout.trimEnd())} }]`),
      );
      expect(await read()).toBe(spec);
    });
  });

  test('a spec that is a link stays one', async () => {
    await within({ 'real/spec.yaml': spec }, async ({ cwd, run, read }) => {
      await symlink('real/spec.yaml', join(cwd, 'openclaw.yaml'));
      expect((await run(['revoke', 'batch'])).exitCode).toBe(0);
      expect((await lstat(join(cwd, 'openclaw.yaml'))).isSymbolicLink()).toBe(true);
      expect(await read('real/spec.yaml')).not.toContain('batch');
    });
  });

  test('a key file is made readable for a group, and edited', async () => {
    await within({}, async ({ cwd, run, read }) => {
      const first = await run([
        'add',
        'one',
        '--key-file',
        'apps.keys',
        '--models',
        'o3',
        '--not-before',
        '2026-01-01',
      ]);
      expect(first.exitCode, first.stderr).toBe(0);
      expect(first.stderr).toContain('Made apps.keys, readable for its owner and group');
      expect((await stat(join(cwd, 'apps.keys'))).mode & 0o777).toBe(0o640);
      const one = `one ${hashOf(first.stdout.trimEnd())} models=o3`;
      expect(await read('apps.keys')).toMatch(/^# .*\n# .*\n[^#\n]*\n$/);
      expect((await read('apps.keys')).endsWith(`\n${one} not_before=2026-01-01\n`)).toBe(true);
      const second = await run(['rotate', 'one', '--key-file', 'apps.keys', '--overlap', '0s']);
      const two = `one ${hashOf(second.stdout.trimEnd())} models=o3\n`;
      expect((await read('apps.keys')).split('\n').slice(2).join('\n')).toBe(two);
      await run(['add', 'two', '--key-file', 'apps.keys']);
      expect((await run(['revoke', 'one', '--key-file', 'apps.keys'])).exitCode).toBe(0);
      expect(await read('apps.keys')).not.toContain('one sha256');
    });
  });

  test('a byte order mark and the line ends of a key file stay', async () => {
    const before = long('\ufeffone sha256:A # ä\r\n');
    await within({ 'apps.keys': before }, async ({ run, read }) => {
      const { stdout } = await run(['add', 'two', '--key-file', 'apps.keys']);
      expect(await read('apps.keys')).toBe(`${before}two ${hashOf(stdout.trimEnd())}\r\n`);
    });
  });
});

describe('refused, and nothing is changed', () => {
  const app = long('{ id: app, key: sha256:A }');
  const one = long('{ id: one, key: sha256:B }');
  const map = (clients: string) => `x-app: &app ${app}\nkey_maps:\n  apps:\n    clients: ${clients}\n`;

  test.each<[string, number, string, readonly string[], string]>([
    ['an unknown client', 1, spec, ['revoke', 'mobil'], 'did you mean `mobile`? clients: mobile, batch'],
    ['an unknown client far from all', 1, spec, ['rotate', 'zebra'], '`apps` has no client `zebra`'],
    ['a client that is there', 1, spec, ['add', 'mobile'], '`openclaw keys rotate mobile` gives it a new key'],
    [
      'a key of another client',
      1,
      spec,
      ['add', 'x', '--hash', long('sha256:B')],
      'client `batch` has this key already',
    ],
    ['an unknown key', 1, spec, ['revoke', 'batch', '--key', 'dddddddd'], '`batch` has no key `sha256:dddddddd`'],
    ['an unknown map', 1, spec, ['add', 'x', '--map', 'app'], 'did you mean `apps`? key maps: apps'],
    [
      'several maps',
      1,
      `${spec}x-y: 1\n`.replace('routes', '  web: {}\nroutes'),
      ['add', 'x'],
      'name one with `--map`; key maps: apps, web',
    ],
    ['a spec without maps', 1, 'version: 1\n', ['add', 'x'], 'the spec has no `key_maps`'],
    ['a wrong map', 1, spec.replace('id: batch', 'idd: batch'), ['add', 'x'], 'error[OC2001]: unknown key `idd`'],
    ['a spec that is no YAML', 1, 'key_maps: [', ['add', 'x'], 'error[OC1004]'],
    ['a client that is an alias', 3, map(`[*app, ${one}]`), ['revoke', 'app'], 'openclaw.yaml:4:15'],
    ['a client with an anchor', 3, map(`[&a ${app}, ${one}]`), ['revoke', 'app'], 'an anchor stands here'],
    ['a key from an anchor', 3, map('[{ <<: *app }]'), ['rotate', 'app'], 'this comes from an anchor'],
    ['a key with an anchor', 3, map(`[${app.replace('sha', '&k sha')}]`), ['rotate', 'app'], 'an anchor stands here'],
    ['a key with a tag', 3, map(`[${app.replace('sha', '!!str sha')}]`), ['rotate', 'app'], 'a tag stands here'],
    [
      'clients from an anchor',
      3,
      `x: &x [${app}]\nkey_maps: { apps: { clients: *x } }\n`.replace('x:', 'x-x:'),
      ['add', 'x'],
      'this comes from an anchor',
    ],
    [
      'a key that others take over',
      3,
      `key_maps: { apps: { clients: [&app ${app}, { <<: *app, id: two }] } }\n`,
      ['rotate', 'app'],
      'an anchor stands here',
    ],
  ])('%s: %i', async (_name, exitCode, text, args, told) => {
    await within({ 'openclaw.yaml': text }, async ({ run, all }) => {
      const result = await run(args);
      expect(result.stderr).toContain(told);
      expect({ exitCode: result.exitCode, stdout: result.stdout }).toEqual({ exitCode, stdout: '' });
      expect(await all()).toEqual({ 'openclaw.yaml': text });
    });
  });

  test('a key that comes from the environment', async () => {
    const text = map(`[{ id: app, key: "\${env:APP_HASH}" }, ${one}]`);
    await within({ 'openclaw.yaml': text }, async ({ cwd, read }) => {
      const env = { APP_HASH: long('sha256:A') };
      for (const args of [
        ['rotate', 'app'],
        ['revoke', 'app', '--key', 'aaaaaaaa'],
      ]) {
        const { exitCode, stdout, stderr } = await runKeys(args, { cwd, env });
        expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
        expect(stderr).toContain('this is the value of `${env:APP_HASH}`, which is not written here');
      }
      expect(await read()).toBe(text);
    });
  });

  test.each<[string, readonly string[], string]>([
    ['no command', [], 'Usage: openclaw keys'],
    ['an unknown command', ['rotat', 'x'], 'Did you mean rotate?'],
    ['no id', ['add'], "missing required argument 'id'"],
    ['a wrong id', ['add', 'a b'], 'invalid client id'],
    ['a wrong tier', ['add', 'x', '--tier', 'Gold'], 'invalid `--tier`'],
    ['a wrong item', ['add', 'x', '--routes', 'a,B'], 'invalid `--routes`'],
    ['a wrong range', ['add', 'x', '--addresses', '10.0.0.0/99'], 'invalid `--addresses`'],
    ['no such day', ['add', 'x', '--not-after', '2027-02-30'], 'invalid `--not-after`'],
    ['a wrong overlap', ['rotate', 'mobile', '--overlap', 'week'], 'invalid `--overlap`'],
    ['a wrong end', ['rotate', 'mobile', '--not-after', 'soon'], 'invalid `--not-after`'],
    ['few digits', ['revoke', 'mobile', '--key', 'sha256:aaaaaaa'], 'eight hexadecimal digits at least'],
    ['a map of a key file', ['list', '--map', 'x', '--key-file', 'y'], "cannot be used with option '--"],
    ['a spec and a key file', ['add', 'x', 'openclaw.yaml', '--key-file', 'y'], 'leave one out'],
    ['standard input', ['add', 'x', '-'], 'standard input cannot be edited'],
    ['no spec', ['add', 'x', 'nowhere.yaml'], 'cannot read `nowhere.yaml`: no such file'],
    ['no key file', ['rotate', 'x', '--key-file', 'nowhere.keys'], 'cannot read `nowhere.keys`: no such file'],
    ['no folder', ['add', 'x', '--key-file', 'no/where.keys'], 'there is no such folder'],
    ['a folder', ['add', 'x', '--key-file', '.'], 'it is not a regular file'],
  ])('what cannot be done: %s', async (_name, args, told) => {
    await within({ 'openclaw.yaml': spec }, async ({ run, all }) => {
      const { exitCode, stdout, stderr } = await run(args);
      expect(stderr).toContain(told);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(await all()).toEqual({ 'openclaw.yaml': spec });
    });
  });

  test('a key given in place of an id or a hash is not shown', async () => {
    const key = 'oc-Q29udGVudHMgb2YgYSBrZXkgZm9yIHRlc3RzIG9ubHk';
    await within({ 'openclaw.yaml': spec }, async ({ run }) => {
      for (const args of [
        ['revoke', key],
        ['add', key],
        ['add', 'x', '--hash', key],
        ['revoke', 'mobile', '--key', key],
        ['hash', key],
      ]) {
        const { exitCode, stdout, stderr } = await run(args);
        expect(exitCode).toBe(3);
        expect(stdout + stderr).not.toContain('Q29udGVudHM');
      }
    });
  });

  test('a key file with a mistake, at its place', async () => {
    const text = long('# ours\none sha256:A tier=Gold\n');
    await within({ 'apps.keys': text }, async ({ run, read }) => {
      const { exitCode, stderr } = await run(['add', 'two', '--key-file', 'apps.keys']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('error[OC2004]: invalid value of `tier`\n --> apps.keys:2:');
      expect(await read('apps.keys')).toBe(text);
    });
  });

  test('a key file that a build writes', async () => {
    const manifest = JSON.stringify({ formatVersion: 1, files: { 'keys/apps.keys': 'sha256:0' } });
    const files = { 'gateway/openclaw.manifest.json': manifest, 'gateway/keys/apps.keys': long('one sha256:A\n') };
    await within(files, async ({ run, all }) => {
      const { exitCode, stderr } = await run(['add', 'two', '--key-file', 'gateway/keys/apps.keys']);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('is built from a spec, and the next build would undo an edit');
      expect(await all()).toEqual(files);
      expect((await run(['add', 'two', '--key-file', 'gateway/keys/other.keys'])).exitCode).toBe(0);
    });
  });

  test('no key is printed when it could not be stored', async () => {
    await within({ 'openclaw.yaml': spec, '.openclaw.yaml.openclaw-new': '' }, async ({ run, read }) => {
      for (const args of [
        ['add', 'x'],
        ['rotate', 'mobile'],
      ]) {
        const { exitCode, stdout, stderr } = await run(args);
        expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
        expect(stderr).toContain('somebody else is writing it');
        expect(stderr).not.toMatch(/oc-/);
      }
      expect(await read()).toBe(spec);
    });
  });
});

test('of many additions at once, those that print a key are all stored', async () => {
  await within({ 'apps.keys': long('one sha256:A\n') }, async ({ run, read }) => {
    const runs = await Promise.all(
      Array.from({ length: 12 }, (_, index) => run(['add', `n${index}`, '--key-file', 'apps.keys'])),
    );
    const text = await read('apps.keys');
    const printed = runs.map(({ stdout }) => stdout.trimEnd()).filter((key) => key !== '');
    expect(printed.length).toBeGreaterThan(0);
    for (const key of printed) expect(text).toContain(hashOf(key));
    expect(text.trimEnd().split('\n')).toHaveLength(1 + printed.length);
    for (const { exitCode, stdout } of runs) expect(exitCode).toBe(stdout === '' ? 3 : 0);
  });
});

test('every help fits into a terminal and shows an example', async () => {
  await within({}, async ({ run }) => {
    for (const command of ['', 'generate', 'hash', 'add', 'rotate', 'revoke', 'list']) {
      const { exitCode, stdout } = await run([command, '--help'].filter((word) => word !== ''));
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/\nExamples?:\n {2}openclaw keys/);
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });
});
