import { chmod, unlink, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from '../helpers/http-client.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from './lua-gateway.ts';

const hash = 'ab'.repeat(32);

describe.each(nginxReleases)('the health of a gateway on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: `{
        credentials = {
          openai = {
            keys = { { source = "file", name = "secrets/a" }, { source = "env", name = "KEY" } },
            rules = { { client = "x", keys = { { source = "file", name = "secrets/b" } } } },
          },
          mistral = { keys = { { source = "file", name = "secrets/m" } } },
          gemini = { keys = { { source = "file", name = "secrets/g" } } },
          cohere = { keys = { { source = "file", name = "secrets/c" } } },
          azure = { keys = { { source = "file", name = "secrets/a" } } },
        },
        key_maps = {
          b = { files = { { path = "keys/b.keys", label = "keys/b.keys" } }, sources = {} },
          a = { files = { { path = "keys/a.keys", label = 'the "a"' }, { path = "keys/b.keys", label = "keys/b.keys" } }, sources = {} },
        },
      }`,
      env: { KEY: 'sk-1' },
      files: { 'secrets/a': 'sk-2', 'secrets/b': 'sk-3', 'keys/a.keys': `x sha256:${hash}`, 'keys/b.keys': 'wrong' },
      server: `
        set_real_ip_from 127.0.0.1;
        real_ip_header X-Client;
        location = /openclaw/health { content_by_lua_block { require("openclaw.health").answer() } }
        location = /from/health { content_by_lua_block { require("openclaw.health").answer() } }`,
    });
  });
  afterAll(() => gateway?.stop());

  const ask = (method = 'GET', agent?: Agent) =>
    request({ port: gateway.port, path: '/openclaw/health', method, ...(agent && { agent }) });

  test.each([
    'X-Forwarded-For',
    'X-Real-IP',
    'Forwarded',
    'Via',
    'X-Forwarded-Proto',
    'X-Envoy-Attempt-Count',
    'CF-Ray',
  ])('tells nothing but the status to whom a proxy asks for, as %s says', async (header) => {
    const headers = { [header]: '127.0.0.1' };
    const response = await request({ port: gateway.port, path: '/openclaw/health', headers });
    expect(response.text).toBe('{"status":"ok"}\n');
  });

  test('tells nothing but the status to strangers, whatever they say of themselves', async () => {
    for (const address of ['203.0.113.9', '127.0.0.1, 203.0.113.9', '::ffff:203.0.113.9', '1.127.0.0']) {
      const headers = { 'X-Client': address };
      const response = await request({ port: gateway.port, path: '/from/health', headers });
      expect(response.text).toBe('{"status":"ok"}\n');
    }
  });

  test('tells of each file in order when it was loaded and whether it is good, and nothing else', async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.text).toMatch(/^\{"status":"ok","files":\[/);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(response.json()).toEqual({
      status: 'ok',
      files: [
        { name: 'credential azure', loaded: time, ok: true },
        { name: 'credential cohere', loaded: null, ok: false },
        { name: 'credential gemini', loaded: null, ok: false },
        { name: 'credential mistral', loaded: null, ok: false },
        { name: 'credential openai', loaded: time, ok: true },
        { name: 'the "a"', loaded: time, ok: true },
        { name: 'keys/b.keys', loaded: null, ok: false },
      ],
    });
    const loaded = Date.parse(response.json().files[0].loaded);
    expect(Math.abs(Date.now() - loaded)).toBeLessThan(60_000);
  });

  test('answers HEAD with the same headers and leaves a kept connection in order', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const head = await ask('HEAD', agent);
    const get = await ask('GET', agent);
    agent.destroy();
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(get.body.length));
    expect(get.json().status).toBe('ok');
  });

  test('follows the files', async () => {
    const states = async () => {
      const { files } = (await ask()).json();
      return files.map(({ name, loaded, ok }: { name: string; loaded: string | null; ok: boolean }) => [
        name,
        loaded !== null,
        ok,
      ]);
    };
    await unlink(join(gateway.prefix, 'secrets/a'));
    await writeFile(join(gateway.prefix, 'secrets/c'), 'sk-4');
    await chmod(join(gateway.prefix, 'secrets/b'), 0);
    await writeFile(join(gateway.prefix, 'keys/b.keys'), `x sha256:${hash}`);
    await expect.poll(states, { timeout: 5_000 }).toEqual([
      ['credential azure', true, false],
      ['credential cohere', true, true],
      ['credential gemini', false, false],
      ['credential mistral', false, false],
      ['credential openai', true, false],
      ['the "a"', true, true],
      ['keys/b.keys', true, true],
    ]);
  });
});
