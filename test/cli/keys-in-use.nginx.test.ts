import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { request } from '../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { startNginx } from '../helpers/nginx.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { buildBin, openclaw } from './openclaw.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  await buildBin();
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

/** `first` is there from the start, so the gateway watches the file that builds write its clients to. */
const specOf = (port: number) => `version: 1
target: debian-12
server: { listen: { http: "127.0.0.1:${port}" } }
process: { pid: nginx.pid, workers: 2 }
log: { access: access.log, error: error.log }
key_maps:
  apps:
    clients:
      # Everyone starts here.
      - { id: first, key: "sha256:${'0'.repeat(63)}1" }
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
routes:
  - { path: /, upstream: llm, auth: apps }
`;

describe('a key from the command line', () => {
  test('opens the door after a build, and no longer after it is revoked; nginx is never reloaded', async () => {
    await withTemporaryFolder(async (cwd) => {
      const port = await freePort();
      await writeFile(join(cwd, 'openclaw.yaml'), specOf(port));
      const run = async (...args: readonly string[]) => {
        const result = await openclaw(args, { cwd });
        expect(result, result.stderr).toMatchObject({ exitCode: 0 });
        return result.stdout;
      };
      await run('build', '-o', 'gateway');
      const gateway = await startNginx({ release: '1.22', folder: join(cwd, 'gateway'), ports: [port] });
      // The copy that the test's nginx has of the folder belongs to whom the original does, as that of a deploy would.
      const { uid, gid } = await stat(join(cwd, 'gateway/keys/apps.keys'));
      await chown(join(gateway.prefix, 'keys/apps.keys'), uid, gid);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      try {
        const workers = await gateway.workerPids();
        const build = async () => {
          await run('build', '-o', 'gateway');
          // The test's nginx has a copy of the folder; a deploy would copy it too.
          const keys = await readFile(join(cwd, 'gateway/keys/apps.keys'));
          await writeFile(join(gateway.prefix, 'keys/apps.keys'), keys);
        };
        const statusOf = async (key: string) =>
          (await request({ port, path: '/v1/models', headers: { Authorization: `Bearer ${key}` }, agent })).status;

        const key = (await run('keys', 'add', 'search', '--tier', 'premium')).trim();
        expect(await statusOf(key)).toBe(401);
        await build();
        await expect.poll(() => statusOf(key), { timeout: 20_000, interval: 50 }).toBe(200);

        const second = (await run('keys', 'rotate', 'search', '--overlap', '1h')).trim();
        await build();
        await expect.poll(() => statusOf(second), { timeout: 20_000, interval: 50 }).toBe(200);
        expect(await statusOf(key)).toBe(200);
        const { keys } = JSON.parse(await run('keys', 'list', '--format', 'json'));
        expect(keys.filter(({ client }: { client: string }) => client === 'search')).toHaveLength(2);

        await run('keys', 'revoke', 'search');
        await build();
        await expect.poll(() => statusOf(second), { timeout: 20_000, interval: 50 }).toBe(401);
        expect(await statusOf(key)).toBe(401);

        expect(await gateway.workerPids()).toEqual(workers);
        expect(await readFile(join(cwd, 'openclaw.yaml'), 'utf8')).toBe(specOf(port));
        const all = `${await gateway.readFile('error.log')}${await gateway.readFile('access.log')}${await readFile(join(cwd, 'gateway/openclaw.manifest.json'), 'utf8')}`;
        for (const secret of [key, second]) expect(all).not.toContain(secret);
      } finally {
        agent.destroy();
        await gateway.stop();
      }
    });
  });
});
