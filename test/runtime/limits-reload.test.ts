import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { rebuild } from './rebuild.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const slow = 'key: { header: X-User }, rate: 1r/m, burst: 1';

/** What else there is stays the same, but for a limit whose maps come before the others in the file. */
function specOf(port: number, limit: string, more = ''): string {
  return `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
rate_zones:
${more}  per_user: { ${limit} }
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
routes:
  - { name: chat, path: /, upstream: llm, auth: none, limits: [per_user${more === '' ? '' : ', another'}] }
log: { access: access.log, error: error.log, level: notice }
process: { pid: nginx.pid, workers: 1, user: www-data }
`;
}

describe.each(nginxReleases)('a reload of nginx %s', (release) => {
  /** Uses up what one user has, reloads, and tells what the change said and what passes then. */
  async function change(options: {
    limit: string;
    more?: string;
    /** The zones as somebody would write them by hand. */
    isNamedByHand?: boolean;
  }) {
    const port = await freePort();
    const before = specOf(port, slow);
    const after = specOf(port, options.limit, options.more);
    const gateway = await startGateway({ release, ports: [port], spec: before });
    try {
      const ask = async (headers: Readonly<Record<string, string>>): Promise<number> =>
        (await gateway.send({ headers })).status;
      const statuses = async (count: number, headers: Readonly<Record<string, string>>) => {
        const found: number[] = [];
        for (let index = 0; index < count; index++) found.push(await ask(headers));
        return found;
      };
      if (options.isNamedByHand) {
        await nameByHand(gateway);
        await gateway.reload();
        await oldWorkersEnd(gateway);
      }
      expect(await statuses(3, { 'X-User': 'ann', 'X-Team': 'red' })).toEqual([200, 200, 429]);
      const workers = await gateway.workerPids();
      const { changes } = await rebuild(gateway, { release, before, after });
      if (options.isNamedByHand) await nameByHand(gateway);
      const reloaded = await gateway.reload().then(
        () => true,
        () => false,
      );
      if (reloaded) await oldWorkersEnd(gateway, workers);
      return {
        reloaded,
        told: changes.map(({ field, takesEffect }) => `${field}: ${takesEffect}`),
        sameUser: await statuses(4, { 'X-User': 'ann', 'X-Team': 'red' }),
        otherUser: await statuses(4, { 'X-User': 'bob', 'X-Team': 'red' }),
        log: await gateway.errorLog(),
      };
    } finally {
      await gateway.stop();
    }
  }

  test('brings another burst, and what was counted stays counted', async () => {
    const { told, sameUser, otherUser } = await change({ limit: 'key: { header: X-User }, rate: 1r/m, burst: 2' });
    expect(told).toEqual(['burst: reload']);
    expect(sameUser).toEqual([200, 429, 429, 429]);
    expect(otherUser).toEqual([200, 200, 200, 429]);
  });

  test('brings another rate', async () => {
    const { told, sameUser } = await change({ limit: 'key: { header: X-User }, rate: 1000r/s, burst: 1' });
    expect(told).toEqual(['rate: reload']);
    expect(sameUser[0]).toBe(200);
  });

  test('brings another key', async () => {
    const { told, sameUser, otherUser } = await change({ limit: 'key: { header: X-Team }, rate: 1r/m, burst: 1' });
    expect(told).toEqual(['key: reload, counters reset']);
    expect(sameUser).toEqual([200, 200, 429, 429]);
    expect(otherUser).toEqual([429, 429, 429, 429]);
  });

  test('brings more memory', async () => {
    const { told, sameUser } = await change({ limit: `${slow}, memory: 16m` });
    expect(told).toEqual(['memory: reload, counters reset']);
    expect(sameUser).toEqual([200, 200, 429, 429]);
  });

  test('keeps the counts of a limit when another one comes before it', async () => {
    const more = '  another: { key: { header: X-Team }, rate: 1000r/s }\n';
    const { reloaded, sameUser, otherUser } = await change({ limit: slow, more });
    expect(reloaded).toBe(true);
    expect(sameUser).toEqual([429, 429, 429, 429]);
    expect(otherUser).toEqual([200, 200, 429, 429]);
  });

  test('would be refused if zones were not named for what they count', async () => {
    const { reloaded, sameUser, otherUser, log } = await change({
      limit: 'key: { header: X-Team }, rate: 1r/m, burst: 1',
      isNamedByHand: true,
    });
    expect(reloaded).toBe(false);
    expect(log).toMatch(/limit_req "per_user" uses the "\S+" key while previously it used the "\S+" key/);
    expect(sameUser).toEqual([429, 429, 429, 429]);
    expect(otherUser).toEqual([200, 200, 429, 429]);
  });
});

async function nameByHand({ prefix }: Gateway): Promise<void> {
  for (const name of ['conf.d/limits.conf', 'conf.d/routes.conf']) {
    const file = join(prefix, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(/per_user_[0-9a-f]{8}/g, 'per_user'));
  }
}

/** An old worker may take a few more connections before it hears that it is to finish. */
async function oldWorkersEnd(gateway: Gateway, old: readonly number[] = []): Promise<void> {
  const isEnded = async (): Promise<boolean> => {
    const pids = await gateway.workerPids();
    return old.length === 0 ? pids.length === 1 : !pids.some((pid) => old.includes(pid));
  };
  while (!(await isEnded())) await sleep(20);
}
