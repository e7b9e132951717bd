import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type KeysListOptions, keysList } from '../../src/commands/keys-list.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { long } from './spec-texts.ts';

const now = () => new Date('2027-01-10T08:00:00Z');

const spec = long(`version: 1
key_maps:
  apps:
    file: keys/more.keys
    clients:
      - { id: mobile, key: sha256:A, tier: premium, models: [gpt-4o*, o3, o4, o5], addresses: office }
      - id: batch
        key: [sha256:B, { hash: sha256:C, not_before: 2027-01-10T08:00:01Z }, { hash: sha256:D, not_after: 2027-01-10T08:00:00Z }]
        routes: chat
        upstreams: [llama]
        not_after: 2027-01-12
  web:
    clients:
      - { id: mobile, key: { hash: sha256:E, not_after: 2027-02-09T08:00:01Z }, not_before: "2027-01-01" }
      - { id: later, key: "\${env:LATER}" }
`);

function within(
  files: Readonly<Record<string, string>>,
  work: (list: (options?: Partial<KeysListOptions>) => ReturnType<typeof keysList>) => Promise<void>,
): Promise<void> {
  return withTemporaryFolder(async (cwd) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(cwd, name, '..'), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
    const defaults = { spec: undefined, overlays: [], map: undefined, keyFile: undefined, out: 'gateway', now };
    const world = { cwd, env: {}, stdin: async () => Buffer.from(spec) };
    await work((options) => keysList({ ...defaults, format: 'pretty', ...options }, world));
  });
}

const hidden = 'Not listed: a client of web; the value of `${env:LATER}` is not known here\n';

const keyFile = long('extra sha256:F tier=basic not_after=2027-01-11 # theirs\nmore sha256:1\n').replace(
  'sha256:1',
  `sha256:${'1'.repeat(64)}`,
);

test('who has which key, for what, and until when', async () => {
  await within({ 'openclaw.yaml': spec, 'gateway/keys/more.keys': keyFile }, async (list) => {
    const { exitCode, diagnostics, output, notes } = await list();
    expect({ exitCode, diagnostics, notes }).toEqual({ exitCode: 0, diagnostics: [], notes: hidden });
    expect(
      output,
    ).toBe(`MAP   CLIENT  KEY           TIER     MAY USE                                         FROM                  UNTIL                 STATE              IN
apps  mobile  aaaaaaaaaaaa  premium  models gpt-4o*, o3, o4 and 1 more; from office  -                     -                     active             openclaw.yaml
apps  batch   bbbbbbbbbbbb  -        routes chat; upstreams llama                    -                     2027-01-12            expires in 2 days  openclaw.yaml
apps  batch   cccccccccccc  -        routes chat; upstreams llama                    2027-01-10T08:00:01Z  2027-01-12            not yet            openclaw.yaml
apps  batch   dddddddddddd  -        routes chat; upstreams llama                    -                     2027-01-10T08:00:00Z  expired            openclaw.yaml
apps  extra   ffffffffffff  basic    everything                                      -                     2027-01-11            expires in 1 day   gateway/keys/more.keys
apps  more    111111111111  -        everything                                      -                     -                     active             gateway/keys/more.keys
web   mobile  eeeeeeeeeeee  -        everything                                      2027-01-01            2027-02-09T08:00:01Z  active             openclaw.yaml
`);
  });
});

test('for programs', async () => {
  await within({ 'openclaw.yaml': spec }, async (list) => {
    const { output, notes } = await list({ format: 'json' });
    const { formatVersion, keys, unread } = JSON.parse(output);
    expect({ formatVersion, notes }).toEqual({ formatVersion: 1, notes: '' });
    expect(keys[1]).toEqual({
      map: 'apps',
      client: 'batch',
      key: 'sha256:bbbbbbbbbbbb',
      tier: null,
      routes: ['chat'],
      upstreams: ['llama'],
      models: null,
      addresses: null,
      notBefore: null,
      notAfter: '2027-01-12',
      state: 'expires',
      expiresInDays: 2,
      file: 'openclaw.yaml',
    });
    expect(keys.map(({ state }: { state: string }) => state)).toEqual([
      'active',
      'expires',
      'not_yet',
      'expired',
      'active',
    ]);
    expect(unread).toEqual([
      { map: 'apps', what: 'the key file', reason: 'cannot read `gateway/keys/more.keys`: no such file' },
      { map: 'web', what: 'a client', reason: 'the value of `${env:LATER}` is not known here' },
    ]);
  });
});

test('a key file that is not here is named, and the rest is listed', async () => {
  await within({ 'openclaw.yaml': spec }, async (list) => {
    const { exitCode, output, notes } = await list({ map: 'apps' });
    expect({ exitCode, notes }).toEqual({
      exitCode: 0,
      notes: 'Not listed: the key file of apps; cannot read `gateway/keys/more.keys`: no such file\n',
    });
    expect(output.split('\n')).toHaveLength(6);
    expect((await list({ map: 'web' })).notes).toBe(hidden);
  });
});

test('a key file whose names start elsewhere', async () => {
  await within({ 'openclaw.yaml': spec, 'srv/keys/more.keys': keyFile }, async (list) => {
    expect((await list({ out: 'srv' })).output).toContain('srv/keys/more.keys');
  });
});

test('one key file, with its mistakes', async () => {
  await within({ 'my.keys': `${keyFile}bad sha256:12\n` }, async (list) => {
    const { exitCode, diagnostics, output } = await list({ keyFile: 'my.keys' });
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([{ code: 'OC2004', span: { source: { name: 'my.keys' } } }]);
    expect(output).toMatch(/^- +extra +ffffffffffff /m);
    expect(output).not.toContain('bad');
  });
});

test('a spec on standard input, one that is wrong, and one without keys', async () => {
  await within({ 'wrong.yaml': spec.replace('tier:', 'teir:'), 'none.yaml': 'version: 1\n' }, async (list) => {
    expect((await list({ spec: '-' })).output).toContain('apps  batch');
    expect(await list({ spec: 'wrong.yaml' })).toMatchObject({
      exitCode: 1,
      output: '',
      diagnostics: [{ code: 'OC2001', help: expect.stringContaining('did you mean `tier`') }],
    });
    expect(await list({ spec: 'none.yaml' })).toMatchObject({ exitCode: 0, output: '', notes: 'There are no keys\n' });
    expect(await list()).toMatchObject({ exitCode: 3, diagnostics: [{ code: 'OC1001' }] });
  });
});
