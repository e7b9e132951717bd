import { rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

const environmentKey = 'sk-environment-9f3c';
const fileKey = 'sk-file-71ab';
const badKey = 'sk-bad-55e0';

function location(name: string, upstream: MockModelServer): string {
  return `location /${name} {
    set $openclaw_credential "";
    access_by_lua_block { require("openclaw.credentials.credential").use("${name}") }
    proxy_set_header Authorization "Bearer $openclaw_credential";
    proxy_pass ${upstream.url};
  }`;
}

const data = `{ credentials = {
  environment = { keys = { { source = "env", name = "OPENAI_API_KEY", weight = 1 } } },
  file = { keys = { { source = "file", name = "secret", weight = 1 } } },
  unset = { keys = { { source = "env", name = "UNSET_KEY", weight = 1 } } },
  absent = { keys = { { source = "file", name = "absent", weight = 1 } } },
  folder = { keys = { { source = "file", name = "lua", weight = 1 } } },
  blank = { keys = { { source = "file", name = ngx.config.prefix() .. "blank", weight = 1 } } },
  broken = { keys = { { source = "file", name = "broken", weight = 1 } } },
  large = { keys = { { source = "file", name = "large", weight = 1 } } },
  several = { keys = { { source = "env", name = "UNSET_KEY", weight = 1 }, { source = "file", name = "absent", weight = 1 } } },
} }`;
const missing: [name: string, reasons: string][] = [
  ['unset', 'environment variable UNSET_KEY: is not set'],
  ['absent', 'file absent: cannot be read: No such file or directory'],
  ['folder', 'file lua: is a folder'],
  ['blank', 'file PREFIX/blank: is empty'],
  ['broken', 'file broken: has control characters'],
  ['large', 'file large: is larger than 65536 bytes'],
  ['several', 'environment variable UNSET_KEY: is not set; file absent: cannot be read: No such file or directory'],
];

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

  test.each(missing)('a missing one (%s) is a 503 that names the upstream only', async (name, reasons) => {
    const before = upstream.requests.length;
    const response = await fetch(`${gateway.url}/${name}`, { method: 'POST', body: 'x'.repeat(20_000) });
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      error: {
        message: `The gateway has no credential for the upstream '${name}'.`,
        type: 'server_error',
        code: 'upstream_credential_missing',
      },
    });
    expect(upstream.requests.length).toBe(before);
    const log = (await gateway.errorLog()).replaceAll(/\S+\/prefix\//g, 'PREFIX/');
    expect(log).toContain(`no credential for upstream ${name}: ${reasons}, client:`);
  });

  test('no value is ever logged, not even a bad one', async () => {
    const log = await gateway.errorLog();
    expect(log).toContain('openclaw: no credential for upstream broken');
    for (const secret of [environmentKey, fileKey, badKey]) expect(log).not.toContain(secret);
  });

  test('a file that changes is used without a reload, and as it last was when it goes', async () => {
    await writeFile(join(gateway.prefix, 'secret.new'), 'sk-file-second\n');
    await rename(join(gateway.prefix, 'secret.new'), join(gateway.prefix, 'secret'));
    await expect.poll(() => authorizationFor('file'), { timeout: 5_000 }).toBe('Bearer sk-file-second');
    await writeFile(join(gateway.prefix, 'secret'), `${badKey}\nX-Admin: 1\n`);
    await expect
      .poll(gateway.errorLog, { timeout: 5_000 })
      .toContain('credential file (secret): has control characters; keeping');
    await unlink(join(gateway.prefix, 'secret'));
    await expect
      .poll(gateway.errorLog, { timeout: 5_000 })
      .toContain('credential file (secret): cannot be read: No such');
    expect(await authorizationFor('file')).toBe('Bearer sk-file-second');
    const log = await gateway.errorLog();
    for (const secret of ['sk-file-second', badKey]) expect(log).not.toContain(secret);
  });

  test('a reload reads files anew, keeps those of the environment, and reports the missing ones once', async () => {
    const logBefore = (await gateway.errorLog()).length;
    await writeFile(join(gateway.prefix, 'secret'), 'sk-file-third\n');
    await gateway.reload();
    await expect.poll(() => authorizationFor('file')).toBe('Bearer sk-file-third');
    expect(await authorizationFor('environment')).toBe(`Bearer ${environmentKey}`);
    const log = (await gateway.errorLog()).slice(logBefore);
    expect(log.match(/credential several: environment variable UNSET_KEY: is not set/g)).toHaveLength(1);
    expect(log.match(/credential absent \(absent\): cannot be read: No such file or directory/g)).toHaveLength(1);
  });
});
