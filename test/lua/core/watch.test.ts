import { appendFile, chmod, mkdir, rename, rm, symlink, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { keyLine, startWatchedGateway, type WatchedGateway } from './watched-gateway.ts';

const first = 'oc-first-4f1d8a';
const second = 'oc-second-b7702c';
const firstLine = keyLine('first', first);
const secondLine = keyLine('second', second);
/** Between two polls, in ms: `INTERVAL` in templates/lua/openclaw/core/watch.lua. */
const interval = 500;
/** Long enough for two polls that see a change, and for a third. */
const polls = 1_600;

const ways: [name: string, write: (gateway: WatchedGateway, text: string) => Promise<void>][] = [
  ['a rename', (gateway, text) => gateway.replace(text)],
  ['writing in place', ({ file }, text) => writeFile(file, text)],
  [
    'writing in place as many bytes as there were, and the old time put back',
    async ({ file }, text) => {
      const then = new Date(1_790_000_000_000);
      await utimes(file, then, then);
      await sleep(polls);
      await writeFile(file, text.slice(0, firstLine.length));
      await utimes(file, then, then);
    },
  ],
];

const faults: [name: string, spoil: (file: string) => Promise<unknown>, why: string][] = [
  ['is empty', (file) => truncate(file), 'is empty'],
  ['has no keys', (file) => writeFile(file, '# none\n\n'), 'has no keys'],
  ['is gone', (file) => unlink(file), 'cannot be read: No such file or directory'],
  [
    'has a wrong line',
    (file) => appendFile(file, `second ${second}\n`),
    'line 2: not `<id> sha256:<64 hexadecimal digits>`',
  ],
  ['is too large', (file) => truncate(file, 33_554_433), 'is larger than 33554432 bytes'],
  ['is a folder', (file) => unlink(file).then(() => mkdir(file)), 'is a folder'],
  [
    'is closed to workers',
    async (file) => {
      await chmod(file, 0o600);
      await appendFile(file, secondLine);
    },
    'cannot be read by the worker: Permission denied',
  ],
];

/** Writes a byte each 12 ms, and prints the longest time in ms for which the file stayed the same. */
const writer = `
  use Time::HiRes qw(time sleep);
  my ($file, $text) = @ARGV;
  my ($longest, $last) = (0, time);
  open my $out, '>', $file or die $!;
  for my $byte (split //, $text) {
    syswrite $out, $byte;
    $longest = time - $last if time - $last > $longest;
    $last = time;
    sleep 0.012;
  }
  print $longest * 1000;
`;

/** Empties a file and writes it byte by byte, before all other work of the machine; says for how long it stood still. */
async function writeByBytes(file: string, text: string): Promise<number> {
  return Number((await execa('nice', ['-n', '-20', 'perl', '-e', writer, file, text])).stdout);
}

// Most of these wait most of the time, so they run beside each other.
describe.each(nginxReleases)('a watched file on nginx %s', (release) => {
  test.concurrent.for(ways)('is taken anew after %s', async ([, write], context) => {
    const gateway = await startWatchedGateway(context, { release, keys: firstLine });
    expect(await gateway.whoHas(first)).toBe('first');
    await write(gateway, keyLine('other', second));
    await gateway.becomes(second, 'other');
    expect(await gateway.whoHas(first)).toBe('unknown');
    expect(await gateway.logged('notice')).toEqual(['keys/apps.keys: loaded']);
    await gateway.expectUnlogged(first, second);
  });

  test.concurrent('is followed through the symbolic links of a Kubernetes volume', async (context) => {
    const gateway = await startWatchedGateway(context, { release, keys: firstLine });
    const folder = dirname(gateway.file);
    for (const [version, line] of [
      ['..1', firstLine],
      ['..2', secondLine],
    ] as const) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'apps.keys'), line);
    }
    await symlink('..1', join(folder, '..data'));
    await unlink(gateway.file);
    await symlink('..data/apps.keys', gateway.file);
    await sleep(polls);
    expect(await gateway.whoHas(first)).toBe('first');
    await symlink('..2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await rm(join(folder, '..1'), { recursive: true });
    await gateway.becomes(second, 'second');
    expect(await gateway.whoHas(first)).toBe('unknown');
    expect(await gateway.logged('error')).toEqual([]);
  });

  test.concurrent('that lost a key has lost it in every worker within 2 s, on open connections too', async (context) => {
    const gateway = await startWatchedGateway(context, { release, workers: 4, keys: firstLine + secondLine });
    const agents = await gateway.connectAll();
    const everywhere = (key: string) => Promise.all(agents.map((agent) => gateway.whoHas(key, agent)));
    expect(await everywhere(second)).toEqual(['second', 'second', 'second', 'second']);
    await gateway.replace(firstLine);
    const unknown = ['unknown', 'unknown', 'unknown', 'unknown'];
    await context.expect.poll(() => everywhere(second), { timeout: 2_000, interval: 20 }).toEqual(unknown);
    expect(await everywhere(first)).toEqual(['first', 'first', 'first', 'first']);
    expect(await gateway.logged('notice')).toHaveLength(4);
  });

  test.concurrent('that is being written is not read half-way', async (context) => {
    for (;;) {
      const gateway = await startWatchedGateway(context, { release, keys: firstLine });
      // A busy machine may keep the writer waiting for so long that two polls see the same half: then once more.
      if ((await writeByBytes(gateway.file, firstLine + secondLine)) > interval - 50) continue;
      await gateway.becomes(second, 'second');
      expect(await gateway.logged('error')).toEqual([]);
      expect(await gateway.logged('notice')).toEqual(['keys/apps.keys: loaded']);
      return;
    }
  });

  test.concurrent.for(faults)(
    'that %s leaves the last good content in use and is told of once',
    async ([, spoil, why], context) => {
      const gateway = await startWatchedGateway(context, { release, keys: firstLine });
      await spoil(gateway.file);
      await sleep(2 * polls);
      expect(await gateway.whoHas(first)).toBe('first');
      expect(await gateway.whoHas(second)).toBe('unknown');
      const problem = /^keys\/apps\.keys: (.*); keeping what was loaded at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
      expect((await gateway.logged('error')).map((line) => problem.exec(line)?.[1])).toEqual([why]);

      await rm(gateway.file, { recursive: true, force: true });
      await writeFile(gateway.file, secondLine);
      await gateway.becomes(second, 'second');
      expect(await gateway.whoHas(first)).toBe('unknown');
      expect(await gateway.logged('notice')).toEqual(['keys/apps.keys: loaded']);
      await gateway.expectUnlogged(first, second);
    },
  );

  test.concurrent('is told of at each new problem, and when its old content is good again', async (context) => {
    const gateway = await startWatchedGateway(context, { release, keys: firstLine });
    for (const text of ['', 'x', firstLine]) {
      await gateway.replace(text);
      await sleep(polls);
    }
    await utimes(gateway.file, new Date(), new Date());
    await sleep(polls);
    expect(await gateway.logged('notice')).toEqual(['keys/apps.keys: is good again']);
    await gateway.replace('x');
    await sleep(polls);
    expect((await gateway.logged('error')).map((line) => line.split(';')[0])).toEqual([
      'keys/apps.keys: is empty',
      'keys/apps.keys: line 1: not `<id> sha256:<64 hexadecimal digits>`',
      'keys/apps.keys: line 1: not `<id> sha256:<64 hexadecimal digits>`',
    ]);
  });

  test.concurrent('that has nothing good at first is taken when it has', async (context) => {
    const gateway = await startWatchedGateway(context, { release, keys: '' });
    expect(await gateway.whoHas(first)).toBe('unavailable');
    await gateway.replace(firstLine);
    await gateway.becomes(first, 'first');
  });

  test.concurrent('that is closed to workers from the start is used, told of, and watched once it is open', async (context) => {
    const gateway = await startWatchedGateway(context, { release, keys: firstLine });
    await gateway.replace(secondLine);
    await chmod(gateway.file, 0o600);
    await gateway.reload();
    await gateway.becomes(second, 'second');
    const problem = /^keys\/apps\.keys: cannot be read by the worker: Permission denied; keeping what was loaded at/;
    await context.expect.poll(() => gateway.logged('error')).toContainEqual(expect.stringMatching(problem));
    await chmod(gateway.file, 0o644);
    await context.expect
      .poll(() => gateway.logged('notice'), { timeout: 5_000 })
      .toContain('keys/apps.keys: is good again');
    await gateway.replace(firstLine);
    await gateway.becomes(first, 'first');
  });

  test.concurrent('that a worker could not open for want of descriptors is taken when it has some', async (context) => {
    const gateway = await startWatchedGateway(context, { release, openFiles: 30, keys: firstLine });
    const sockets = Array.from({ length: 60 }, () => connect(gateway.port, '127.0.0.1').on('error', () => undefined));
    context.onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await context.expect.poll(gateway.errorLog, { timeout: 5_000 }).toContain('accept4() failed (24');
    await gateway.replace(secondLine);
    const problem = /^keys\/apps\.keys: cannot be read: Too many open files; keeping what was loaded at/;
    const problems = () => gateway.logged('error');
    await context.expect.poll(problems, { timeout: 5_000 }).toEqual([expect.stringMatching(problem)]);
    for (const socket of sockets) socket.destroy();
    await gateway.becomes(second, 'second');
  });

  test.concurrent('is followed by its text where there is no statx', async (context) => {
    const prelude = `local ffi = require "ffi"
      local real = ffi.C
      ffi.C = setmetatable({}, { __index = function(_, name)
        return name ~= "statx" and real[name] or error("undefined symbol: " .. name)
      end })`;
    const gateway = await startWatchedGateway(context, { release, prelude, keys: firstLine });
    await gateway.replace(secondLine);
    await gateway.becomes(second, 'second');
    await unlink(gateway.file);
    await sleep(2 * polls);
    expect(await gateway.whoHas(second)).toBe('second');
    expect(await gateway.logged('error')).toHaveLength(1);
  });
});
