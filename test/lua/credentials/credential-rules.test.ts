import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

const env = (name: string, weight = 1) => `{ source = "env", name = "${name}", weight = ${weight} }`;
const file = (name: string, weight = 1) => `{ source = "file", name = "${name}", weight = ${weight} }`;

const data = `{ credentials = {
  ruled = { keys = { ${env('DEFAULT')} }, rules = {
    { client = "mobile", keys = { ${env('MOBILE')} } },
    { tier = "premium", keys = { ${env('PREMIUM')} } },
    { route = "chat", keys = { ${env('CHAT')} } },
    { client = "broken", keys = { ${env('UNSET')} } },
  } },
  reserved = { keys = {}, rules = { { tier = "premium", keys = { ${env('PREMIUM')} } } } },
  pool = { keys = { ${env('A', 1)}, ${env('UNSET', 100)}, ${env('B', 2)}, ${file('c', 5)} } },
  late = { keys = { ${env('A', 1)}, ${file('late', 1)} } },
} }`;

const choices: [upstream: string, who: string, want: string][] = [
  ['ruled', '', 'default'],
  ['ruled', 'client=other&tier=free&route=embed', 'default'],
  ['ruled', 'client=mobile', 'mobile'],
  ['ruled', 'tier=premium', 'premium'],
  ['ruled', 'route=chat', 'chat'],
  ['ruled', 'client=mobile&tier=premium&route=chat', 'mobile'],
  ['ruled', 'client=other&tier=premium&route=chat', 'premium'],
  ['ruled', 'client=premium&tier=mobile&route=mobile', 'default'],
  ['reserved', 'tier=premium', 'premium'],
];

describe.each(nginxReleases)('credentials by who calls on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data,
      env: { DEFAULT: 'default', MOBILE: 'mobile', PREMIUM: 'premium', CHAT: 'chat', A: 'a', B: 'b' },
      files: { c: 'c' },
      server: `set $openclaw_credential "";
        location ~ ^/header/(?<upstream>.+) {
          access_by_lua_block {
            local var = ngx.var
            require("openclaw.credentials.credential").use(var.upstream, var.arg_client, var.arg_tier, var.arg_route)
          }
          content_by_lua_block { ngx.print(ngx.var.openclaw_credential) }
        }
        location ~ ^/query/(?<upstream>.+) {
          access_by_lua_block {
            local var = ngx.var
            require("openclaw.credentials.credential").use_query(var.upstream, "key", var.arg_client, var.arg_tier, var.arg_route)
          }
          content_by_lua_block { ngx.print(ngx.var.arg_key) }
        }
        location ~ ^/draws/(?<upstream>.+) {
          content_by_lua_block {
            for _ = 1, 8000 do
              require("openclaw.credentials.credential").use(ngx.var.upstream)
              ngx.print(ngx.var.openclaw_credential)
            end
          }
        }`,
    });
  });
  afterAll(() => gateway?.stop());

  async function get(path: string): Promise<string> {
    return (await fetch(gateway.url + path)).text();
  }

  async function shares(upstream: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const drawn of await get(`/draws/${upstream}`)) counts[drawn] = (counts[drawn] ?? 0) + 1;
    return counts;
  }

  test.each(choices)('of %s, a caller with `%s` gets %s', async (upstream, who, want) => {
    expect(await get(`/header/${upstream}?${who}`)).toBe(want);
    expect(await get(`/query/${upstream}?key=own&${who}`)).toBe(want);
  });

  test.each(['header', 'query'])('a caller that none is meant for is refused (%s)', async (way) => {
    const response = await fetch(`${gateway.url}/${way}/reserved?tier=free&key=own`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'no_credential_for_client' } });
  });

  test('a rule whose key is missing does not fall back to the keys of others', async () => {
    const response = await fetch(`${gateway.url}/header/ruled?client=broken`);
    expect(response.status).toBe(503);
    expect(await gateway.errorLog()).toContain(
      'no credential for upstream ruled: environment variable UNSET: is not set',
    );
  });

  test('those that could be read share the requests by weight', async () => {
    const { a = 0, b = 0, c = 0, ...others } = await shares('pool');
    expect(others).toEqual({});
    // Five standard deviations around 1000, 2000 and 5000.
    expect(Math.abs(a - 1000)).toBeLessThan(150);
    expect(Math.abs(b - 2000)).toBeLessThan(195);
    expect(Math.abs(c - 5000)).toBeLessThan(220);
  });

  test('one that appears takes its share', async () => {
    expect(await shares('late')).toEqual({ a: 8000 });
    await writeFile(join(gateway.prefix, 'late'), 'x');
    await expect.poll(async () => Object.keys(await shares('late')), { timeout: 5_000 }).toContain('x');
    await writeFile(join(gateway.prefix, 'late'), 'y');
    await expect.poll(async () => Object.keys(await shares('late')), { timeout: 5_000 }).toContain('y');
    expect(Object.keys(await shares('late')).sort()).toEqual(['a', 'y']);
  });

  test('each worker draws for itself', async () => {
    const firstDraws = [];
    for (let index = 0; index < 2; index += 1) {
      const [worker = 0] = await gateway.workerPids();
      await gateway.reload();
      await expect.poll(async () => (await gateway.workerPids()).includes(worker), { timeout: 5_000 }).toBe(false);
      firstDraws.push(await get('/draws/pool'));
    }
    expect(firstDraws[0]).not.toBe(firstDraws[1]);
  });
});
