import { appendFile, chmod, mkdir, rename, rm, symlink, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, type TestContext, test } from 'vitest';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import {
  hashOf,
  keyLine,
  startWatchedGateway,
  type WatchedGateway,
  type WatchedGatewayOptions,
} from './watched-gateway.ts';

const first = 'oc-first-4f1d8a';
const second = 'oc-second-b7702c';
/** Long enough for two polls that see a change, and for a third. */
const polls = 1_600;

/** Tests run beside each other, since they wait most of the time: each has its own gateway and ends it itself. */
async function start(context: TestContext, options: WatchedGatewayOptions): Promise<WatchedGateway> {
  const gateway = await startWatchedGateway({
    ...options,
    files: { 'keys/apps.keys': keyLine('first', first), ...options.files },
  });
  context.onTestFinished(gateway.stop);
  return gateway;
}

function file(gateway: WatchedGateway): string {
  return join(gateway.prefix, 'keys/apps.keys');
}

async function replace(gateway: WatchedGateway, text: string): Promise<void> {
  await writeFile(`${file(gateway)}.new`, text);
  await rename(`${file(gateway)}.new`, file(gateway));
}

async function becomes(gateway: WatchedGateway, key: string, want: string): Promise<void> {
  await expect.poll(() => gateway.whoHas(key), { timeout: 5_000 }).toBe(want);
}

/** What the log says of the key file at this level, worded as it is logged. */
async function logged(gateway: WatchedGateway, level: 'error' | 'warn' | 'notice'): Promise<string[]> {
  const log = await gateway.errorLog();
  const lines = log.split('\n').filter((line) => line.includes(`[${level}]`));
  return lines.flatMap((line) => /openclaw: (keys\/apps\.keys.*?)(?:, context: .*)?$/.exec(line)?.[1] ?? []);
}

async function expectNoSecrets(gateway: WatchedGateway): Promise<void> {
  const log = (await gateway.errorLog()) + (await gateway.readFile('/var/log/nginx/access.log'));
  for (const key of [first, second]) {
    expect(log).not.toContain(key);
    expect(log).not.toContain(hashOf(key).slice(0, 16));
  }
}

describe.each(nginxReleases)('a watched file on nginx %s', (release) => {
  test.each([
    ['a rename', replace],
    ['writing in place', (gateway: WatchedGateway, text: string) => writeFile(file(gateway), text)],
    [
      'writing in place as many bytes, with the old time put back',
      async (gateway: WatchedGateway, text: string) => {
        const size = keyLine('first', first).length;
        const then = new Date(1_790_000_000_000);
        await utimes(file(gateway), then, then);
        await sleep(polls);
        await writeFile(file(gateway), `${text.trimEnd()}${' '.repeat(size - text.length)}\n`);
        await utimes(file(gateway), then, then);
      },
    ],
  ])('is taken anew after %s', async (_, write) => {
    const gateway = await start({ release });
    expect(await gateway.whoHas(first)).toBe('first');
    await write(gateway, keyLine('late', second));
    await becomes(gateway, second, 'late');
    expect(await gateway.whoHas(first)).toBe('unknown');
    expect(await logged(gateway, 'notice')).toEqual(['keys/apps.keys: loaded']);
    await expectNoSecrets(gateway);
  });

  test('is followed through the symbolic links of a Kubernetes volume', async () => {
    const gateway = await start({ release });
    const keys = join(gateway.prefix, 'keys');
    await unlink(file(gateway));
    for (const [version, line] of [
      ['..1', keyLine('first', first)],
      ['..2', keyLine('late', second)],
    ] as const) {
      await mkdir(join(keys, version));
      await writeFile(join(keys, version, 'apps.keys'), line);
    }
    await symlink('..1', join(keys, '..data'));
    await symlink('..data/apps.keys', file(gateway));
    await sleep(polls);
    expect(await gateway.whoHas(first)).toBe('first');
    await symlink('..2', join(keys, '..data_tmp'));
    await rename(join(keys, '..data_tmp'), join(keys, '..data'));
    await rm(join(keys, '..1'), { recursive: true });
    await becomes(gateway, second, 'late');
    expect(await gateway.whoHas(first)).toBe('unknown');
  });

  test('that is withdrawn is so in every worker within 2 s, on open connections too', async () => {
    const gateway = await start({
      release,
      workers: 4,
      files: { 'keys/apps.keys': keyLine('first', first) + keyLine('second', second) },
    });
    const agents = await gateway.connectAll();
    stops.push(async () => {
      for (const agent of agents.values()) agent.destroy();
    });
    const everywhere = (key: string) => Promise.all([...agents.values()].map((agent) => gateway.whoHas(key, agent)));
    expect(agents.size).toBe(4);
    expect(await everywhere(second)).toEqual(Array(4).fill('second'));
    await replace(gateway, keyLine('first', first));
    await expect.poll(() => everywhere(second), { timeout: 2_000, interval: 20 }).toEqual(Array(4).fill('unknown'));
    expect(await everywhere(first)).toEqual(Array(4).fill('first'));
    expect(await logged(gateway, 'notice')).toHaveLength(4);
  });

  test('that is being written is not read half-way', async () => {
    const gateway = await start({ release });
    const lines = keyLine('first', first) + keyLine('late', second);
    await truncate(file(gateway));
    for (const byte of lines) {
      await appendFile(file(gateway), byte);
      await sleep(12);
    }
    await becomes(gateway, second, 'late');
    expect(await logged(gateway, 'error')).toEqual([]);
    expect(await logged(gateway, 'notice')).toEqual(['keys/apps.keys: loaded']);
  });

  test.each([
    ['empty', (path: string) => truncate(path), 'is empty'],
    ['without keys', (path: string) => writeFile(path, '# none\n\n'), 'has no keys'],
    ['gone', (path: string) => unlink(path), 'cannot be read: No such file or directory'],
    [
      'wrong',
      (path: string) => appendFile(path, `second ${second}\n`),
      'line 2: not `<id> sha256:<64 hexadecimal digits>`',
    ],
    ['too large', (path: string) => truncate(path, 33_554_433), 'is larger than 33554432 bytes'],
    ['a folder', (path: string) => unlink(path).then(() => mkdir(path)), 'is a folder'],
    ['unreadable for workers', (path: string) => chmod(path, 0o600), 'cannot be read by the worker: Permission denied'],
  ])(
    'that is %s leaves the last good content in use, says why once, and is taken when it is good again',
    async (_, spoil, why) => {
      const gateway = await start({ release });
      await spoil(file(gateway));
      await sleep(2 * polls);
      expect(await gateway.whoHas(first)).toBe('first');
      const problem = /^keys\/apps\.keys: (.*); keeping what was loaded at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
      expect((await logged(gateway, 'error')).map((line) => problem.exec(line)?.[1])).toEqual([why]);
      await rm(file(gateway), { recursive: true, force: true });
      await writeFile(file(gateway), keyLine('late', second));
      await becomes(gateway, second, 'late');
      expect(await gateway.whoHas(first)).toBe('unknown');
      expect(await logged(gateway, 'notice')).toEqual(['keys/apps.keys: loaded']);
      await expectNoSecrets(gateway);
    },
  );

  test('says of each problem once, and when the old content is good again', async () => {
    const gateway = await start({ release });
    for (const text of ['', 'x', '', keyLine('first', first)]) {
      await replace(gateway, text);
      await sleep(polls);
    }
    expect((await logged(gateway, 'error')).map((line) => line.split(';')[0])).toEqual([
      'keys/apps.keys: is empty',
      'keys/apps.keys: line 1: not `<id> sha256:<64 hexadecimal digits>`',
      'keys/apps.keys: is empty',
    ]);
    expect(await logged(gateway, 'notice')).toEqual(['keys/apps.keys: is good again']);
    await utimes(file(gateway), new Date(), new Date());
    await sleep(polls);
    expect(await logged(gateway, 'notice')).toHaveLength(1);
  });

  test('that appears later is taken then', async () => {
    const gateway = await start({ release });
    await unlink(file(gateway));
    await replace(gateway, '');
    await gateway.stop();
    const late = await start({ release, files: { 'keys/apps.keys': '' } });
    expect(await late.whoHas(first)).toBe('unavailable');
    await replace(late, keyLine('first', first));
    await becomes(late, first, 'first');
  });

  test('that only root may read is used, and the log says that changes will not be seen', async () => {
    const gateway = await start({ release });
    await replace(gateway, keyLine('late', second));
    await chmod(file(gateway), 0o600);
    await gateway.reload();
    await becomes(gateway, second, 'late');
    await sleep(polls);
    const problems = await logged(gateway, 'error');
    expect(problems.at(-1)).toMatch(/^keys\/apps\.keys: cannot be read by the worker: Permission denied; keeping/);
    await chmod(file(gateway), 0o644);
    await expect.poll(() => logged(gateway, 'notice'), { timeout: 5_000 }).toContain('keys/apps.keys: is good again');
    expect(await gateway.whoHas(second)).toBe('late');
  });

  test('that is broken during a reload, or when a worker dies, is still known as it last was', async () => {
    const gateway = await start({ release });
    await replace(gateway, keyLine('late', second));
    await becomes(gateway, second, 'late');
    await replace(gateway, 'broken\n');
    await gateway.reload();
    await expect.poll(() => gateway.workerPids(), { timeout: 5_000 }).toHaveLength(1);
    expect([await gateway.whoHas(first), await gateway.whoHas(second)]).toEqual(['unknown', 'late']);
    expect((await logged(gateway, 'error')).at(-1)).toMatch(
      /^keys\/apps\.keys: line 1: .*; keeping what was loaded at/,
    );

    await replace(gateway, keyLine('third', first));
    await becomes(gateway, first, 'third');
    await replace(gateway, '');
    await sleep(polls);
    const [worker = 0] = await gateway.workerPids();
    process.kill(worker, 'SIGKILL');
    await expect.poll(async () => (await gateway.workerPids()).some((pid) => pid !== worker)).toBe(true);
    expect([await gateway.whoHas(first), await gateway.whoHas(second)]).toEqual(['third', 'unknown']);
    await expectNoSecrets(gateway);
  });

  test('that does not fit into memory is used, told of, and leaves no older content for a reload', async () => {
    const gateway = await start({ release, memory: '12k' });
    const many = Array.from({ length: 200 }, (_, index) => keyLine(`client${index}`, `key-${index}`)).join('');
    await replace(gateway, many);
    await becomes(gateway, 'key-7', 'client7');
    expect((await logged(gateway, 'warn'))[0]).toMatch(/^keys\/apps\.keys: does not fit into .*`openclaw_keys`/);
    await replace(gateway, '');
    await gateway.reload();
    await becomes(gateway, first, 'unavailable');
  });

  test('needs no shared memory', async () => {
    const gateway = await start({ release, memory: null });
    await replace(gateway, keyLine('late', second));
    await becomes(gateway, second, 'late');
  });

  test('is followed where there is no statx', async () => {
    const gateway = await start({
      release,
      prelude: `local ffi = require "ffi"
        local real = ffi.C
        ffi.C = setmetatable({}, { __index = function(_, name)
          return name ~= "statx" and real[name] or error("undefined symbol: " .. name)
        end })`,
    });
    await replace(gateway, keyLine('late', second));
    await becomes(gateway, second, 'late');
    await unlink(file(gateway));
    await sleep(2 * polls);
    expect(await gateway.whoHas(second)).toBe('late');
    expect(await logged(gateway, 'error')).toHaveLength(1);
  });
});
