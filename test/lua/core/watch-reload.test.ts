import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { keyLine, startWatchedGateway, type WatchedGateway } from './watched-gateway.ts';

const first = 'oc-first-4f1d8a';
const second = 'oc-second-b7702c';
const firstLine = keyLine('first', first);
const secondLine = keyLine('second', second);

async function whoHasBoth(gateway: WatchedGateway): Promise<string[]> {
  return [await gateway.whoHas(first), await gateway.whoHas(second)];
}

describe.each(nginxReleases)('a watched file that is broken on nginx %s', (release) => {
  test.concurrent('is known after a reload as it last was', async (context) => {
    const gateway = await startWatchedGateway(context, { release, keys: firstLine });
    await gateway.replace(secondLine);
    await gateway.becomes(second, 'second');
    await gateway.replace('broken\n');
    await gateway.reload();
    expect(await whoHasBoth(gateway)).toEqual(['unknown', 'second']);
    const [problem] = (await gateway.logged('error')).slice(-1);
    expect(problem).toMatch(/^keys\/apps\.keys: line 1: .*; keeping what was loaded at \d{4}-/);

    await gateway.replace(firstLine);
    await gateway.becomes(first, 'first');
    expect(await gateway.whoHas(second)).toBe('unknown');
    await gateway.expectUnlogged(first, second);
  });

  test.concurrent('is known in a worker that replaces a dead one as it last was', async (context) => {
    const gateway = await startWatchedGateway(context, { release, keys: firstLine });
    await gateway.replace(secondLine);
    await gateway.becomes(second, 'second');
    await gateway.replace('');
    await context.expect.poll(() => gateway.logged('error'), { timeout: 5_000 }).toHaveLength(1);
    const [worker = 0] = await gateway.workerPids();
    process.kill(worker, 'SIGKILL');
    const replacement = async () => (await gateway.workerPids()).filter((pid) => pid !== worker).length;
    await context.expect.poll(replacement, { timeout: 5_000 }).toBe(1);
    expect(await whoHasBoth(gateway)).toEqual(['unknown', 'second']);
  });

  test.concurrent('is unknown after a reload when its last content did not fit into memory', async (context) => {
    const gateway = await startWatchedGateway(context, { release, memory: '12k', keys: firstLine });
    const many = Array.from({ length: 200 }, (_, index) => keyLine(`client${index}`, `key-${index}`));
    await gateway.replace(many.join(''));
    await gateway.becomes('key-7', 'client7');
    expect(await gateway.logged('warn')).toEqual([
      'keys/apps.keys: does not fit into the shared memory `openclaw_keys`: no memory; a reload while it is broken would leave it without content',
    ]);
    await gateway.replace('');
    await gateway.reload();
    expect(await gateway.whoHas(first)).toBe('unavailable');
  });

  test.concurrent('is no older in a worker that replaces a dead one when its last content did not fit', async (context) => {
    const gateway = await startWatchedGateway(context, { release, memory: '20k', keys: firstLine });
    const replaceWorker = async () => {
      const before = await gateway.workerPids();
      for (const pid of before) process.kill(pid, 'SIGKILL');
      const replacement = async () => (await gateway.workerPids()).filter((pid) => !before.includes(pid)).length;
      await context.expect.poll(replacement, { timeout: 5_000 }).toBe(1);
    };
    const many = Array.from({ length: 200 }, (_, index) => keyLine(`client${index}`, `key-${index}`));
    await gateway.replace(many.join(''));
    await gateway.becomes('key-7', 'client7');
    await replaceWorker();
    expect([await gateway.whoHas(first), await gateway.whoHas('key-7')]).toEqual(['unknown', 'client7']);
    await gateway.replace('');
    await context.expect.poll(() => gateway.logged('error'), { timeout: 5_000 }).toHaveLength(1);
    await replaceWorker();
    expect([await gateway.whoHas(first), await gateway.whoHas('key-7')]).toEqual(['unavailable', 'unavailable']);
    expect(await gateway.logged('error')).toContain(
      'keys/apps.keys: other workers have had a newer one than this, which cannot be read now; nothing is loaded until it is good',
    );
    await gateway.replace(secondLine);
    await gateway.becomes(second, 'second');
  });

  test.concurrent('is unknown when it had left the configuration meanwhile', async (context) => {
    const gateway = await startWatchedGateway(context, { release, keys: firstLine });
    const data = join(gateway.prefix, 'lua/gateway.lua');
    const map = await gateway.readFile('lua/gateway.lua');
    await writeFile(data, 'return {}\n');
    await gateway.reload();
    await gateway.replace('');
    await writeFile(data, map);
    await gateway.reload();
    expect(await gateway.whoHas(first)).toBe('unavailable');
  });

  test.concurrent('is unknown after a reload without such memory, and taken when it is good', async (context) => {
    const gateway = await startWatchedGateway(context, { release, memory: null, keys: firstLine });
    await gateway.replace('');
    await gateway.reload();
    expect(await gateway.whoHas(first)).toBe('unavailable');
    await gateway.replace(secondLine);
    await gateway.becomes(second, 'second');
  });
});
