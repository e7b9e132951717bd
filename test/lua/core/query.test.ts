import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';
import { rawGet } from '../raw-get.ts';

const stripped: [given: string, want: string][] = [
  ['?key=a&x=1', '?x=1'],
  ['?x=1&key=a', '?x=1'],
  ['?x=1&key=a&y=2', '?x=1&y=2'],
  ['?key=a&k%65y=b&x=1&%6B%65%79=c', '?x=1'],
  ['?key', ''],
  ['?key=a&key=b', ''],
  ['?token=a', ''],
  ['?x=1;key=a;y=2', '?x=1;y=2'],
  ['?x=1;key=a&y=2', '?x=1&y=2'],
  ['?my+token=a&x', '?x'],
  ['?my%20token=a&x', '?x'],
  ['?Key=a&KEY=b&k%45y=c&x=1', '?x=1'],
  ['?keys=b&ke=c&xkey=d', '?keys=b&ke=c&xkey=d'],
  ['?key%00=a&key%3D=b&key%=c&x=key&=key', '?key%00=a&key%3D=b&key%=c&x=key&=key'],
  ['?&&a&&key=1&&b&', '?&&a&&&b&'],
  ['?a=%2f+%zz&key=1&b={"c":[1]}|^`\\&=?', '?a=%2f+%zz&b={"c":[1]}|^`\\&=?'],
  ['?', '?'],
  ['', ''],
];

describe.each(nginxReleases)('query arguments on nginx %s', (release) => {
  let upstream: MockModelServer;
  let gateway: LuaGateway;

  beforeAll(async () => {
    upstream = await startMockModelServer();
    gateway = await startLuaGateway({
      release,
      data: `{ credentials = {
        gemini = { keys = { { source = "env", name = "KEY" } } },
        none = { keys = { { source = "env", name = "NONE" } } },
      } }`,
      env: { KEY: 'AIza+/=& x' },
      server: `set $openclaw_credential "";
        location /strip {
          access_by_lua_block { require("openclaw.core.query").strip({ "key", "token", "my token" }) }
          proxy_pass ${upstream.url};
        }
        location /replace {
          access_by_lua_block { require("openclaw.credentials.credential").use_query("gemini", "key") }
          proxy_pass ${upstream.url};
        }
        location /none {
          access_by_lua_block { require("openclaw.credentials.credential").use_query("none", "key") }
          proxy_pass ${upstream.url};
        }`,
    });
  });
  afterAll(() => Promise.all([gateway?.stop(), upstream?.close()]));

  /** The target that the upstream received for this one, byte for byte. */
  async function forwarded(target: string): Promise<string | undefined> {
    const before = upstream.requests.length;
    expect(await rawGet(gateway.port, target)).toBe(200);
    return upstream.requests[before]?.url;
  }

  test.each(stripped)('of `%s` remains `%s`', async (given, want) => {
    expect(await forwarded(`/strip${given}`)).toBe(`/strip${want}`);
  });

  test('the credential replaces whatever the client sent by its name', async () => {
    const key = 'key=AIza%2B%2F%3D%26%20x';
    expect(await forwarded('/replace?key=a&k%65y=b&x=1')).toBe(`/replace?x=1&${key}`);
    expect(await forwarded('/replace?key=a')).toBe(`/replace?${key}`);
    expect(await forwarded('/replace')).toBe(`/replace?${key}`);
    expect(await forwarded('/replace?x=1&')).toBe(`/replace?x=1&&${key}`);
  });

  test('without a credential nothing is forwarded, the key of the client least of all', async () => {
    const before = upstream.requests.length;
    expect(await rawGet(gateway.port, '/none?key=of-the-client')).toBe(503);
    expect(upstream.requests.length).toBe(before);
  });
});
