import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from './lua-gateway.ts';

const environmentKey = 'sk-environment-9f3c';
const fileKey = 'sk-file-71ab';
const badKey = 'sk-bad-55e0';

function location(name: string, upstream: MockModelServer): string {
  return `location /${name} {
    set $openclaw_credential "";
    access_by_lua_block { require("openclaw.credential").use("${name}") }
    proxy_set_header Authorization "Bearer $openclaw_credential";
    proxy_pass ${upstream.url};
  }`;
}

const data = `{ credentials = {
  environment = { source = "env", name = "OPENAI_API_KEY" },
  file = { source = "file", name = ngx.config.prefix() .. "secret" },
  unset = { source = "env", name = "UNSET_KEY" },
  absent = { source = "file", name = ngx.config.prefix() .. "absent" },
  folder = { source = "file", name = ngx.config.prefix() .. "lua" },
  blank = { source = "file", name = ngx.config.prefix() .. "blank" },
  broken = { source = "file", name = ngx.config.prefix() .. "broken" },
  large = { source = "file", name = ngx.config.prefix() .. "large" },
} }`;
const missing = [
  ['unset', 'environment variable UNSET_KEY: is not set'],
  ['absent', 'file PREFIX/absent: PREFIX/absent: No such file or directory'],
  ['folder', 'file PREFIX/lua: '],
  ['blank', 'file PREFIX/blank: is empty'],
  ['broken', 'file PREFIX/broken: has control characters'],
  ['large', 'file PREFIX/large: is larger than 65536 bytes'],
] as const;

describe.each(nginxReleases)('credentials on nginx %s', (release) => {
  let upstream: MockModelServer;
  let gateway: LuaGateway;

  beforeAll(async () => {
    upstream = await startMockModelServer();
    gateway = await startLuaGateway({
      release,
      data,
      server: `error_page 503 = @other;
        location @other { return 200 "from somewhere else"; }
        ${['environment', 'file', ...missing.map(([name]) => name)].map((name) => location(name, upstream)).join('\n')}`,
      env: { OPENAI_API_KEY: environmentKey },
      files: {
        secret: `${fileKey} \r\n`,
        blank: ' \n\n',
        broken: `${badKey}\r\nX-Admin: 1\n`,
        large: badKey.repeat(6_000),
      },
    });
  });
  afterAll(() => Promise.all([gateway?.stop(), upstream?.close()]));

  async function authorizationFor(name: string): Promise<string | undefined> {
    const before = upstream.requests.length;
    const response = await fetch(`${gateway.url}/${name}`, { headers: { authorization: 'Bearer of-the-client' } });
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    return upstream.requests[before]?.headers.authorization;
  }

  test('one from the environment reaches the upstream', async () => {
    expect(await authorizationFor('environment')).toBe(`Bearer ${environmentKey}`);
  });

  test('one from a file reaches the upstream without the white space around it', async () => {
    expect(await authorizationFor('file')).toBe(`Bearer ${fileKey}`);
  });

  test.each(missing)('a missing one (%s) is a 503 that names the upstream only', async (name, source) => {
    const before = upstream.requests.length;
    const response = await fetch(`${gateway.url}/${name}`, { method: 'POST', body: 'x'.repeat(20_000) });
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      error: {
        message: `The gateway has no credential for the upstream '${name}'.`,
        type: 'server_error',
        param: null,
        code: 'upstream_credential_missing',
      },
    });
    expect(upstream.requests.length).toBe(before);
    const log = (await gateway.errorLog()).replaceAll(/\S+\/prefix\//g, 'PREFIX/');
    expect(log).toContain(`no credential for upstream ${name}: ${source}`);
  });

  test('no value is ever logged, not even a bad one', async () => {
    const log = await gateway.errorLog();
    expect(log).toContain('openclaw: no credential for upstream broken');
    for (const secret of [environmentKey, fileKey, badKey]) expect(log).not.toContain(secret);
  });

  test('a reload reads files anew, keeps those of the environment, and reports the missing ones', async () => {
    const logBefore = (await gateway.errorLog()).length;
    await writeFile(join(gateway.prefix, 'secret'), 'sk-file-second\n');
    await gateway.reload();
    await expect.poll(() => authorizationFor('file')).toBe('Bearer sk-file-second');
    expect(await authorizationFor('environment')).toBe(`Bearer ${environmentKey}`);
    const log = (await gateway.errorLog()).slice(logBefore);
    expect(log.match(/no credential for upstream unset: environment variable UNSET_KEY: is not set/g)).toHaveLength(1);
  });
});
