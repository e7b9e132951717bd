import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

describe.each(nginxReleases)('nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  llm: ["127.0.0.1:${upstream.port}"]
  based: { servers: ["127.0.0.1:${upstream.port}"], base_path: /openai/ }
  dollar: { servers: ["127.0.0.1:${upstream.port}"], base_path: "/$uri" }
routes:
  - { path: /v1/, upstream: llm, auth: none }
  - { path: /v1/custom/, upstream: llm, auth: none, strip_prefix: /v1/custom }
  - { path: /bare, upstream: llm, auth: none, strip_prefix: /bare }
  - { path: /moved/, upstream: llm, auth: none, strip_prefix: /moved/, add_prefix: /v2/ }
  - { path: /added/, upstream: llm, auth: none, add_prefix: /v1 }
  - { path: /a.b+c/, upstream: llm, auth: none, strip_prefix: /a.b+c }
  - { path: "=/chat", upstream: llm, auth: none, set_path: /v1/chat/completions }
  - { path: /all/, upstream: llm, auth: none, set_path: /v1/one }
  - { path: "=/exact/models", upstream: llm, auth: none, strip_prefix: /exact, add_prefix: /v1 }
  - { path: "=/exact", upstream: llm, auth: none, strip_prefix: /exact }
  - { path: /based/, upstream: based, auth: none, strip_prefix: /based }
  - { path: /based/v1/, upstream: based, auth: none, strip_prefix: /based, add_prefix: /deployments/x }
  - { path: "=/based/set", upstream: based, auth: none, set_path: /v1/set }
  - { path: /dollar/, upstream: dollar, auth: none, strip_prefix: /dollar, add_prefix: "/$1" }
  - { path: /chosen/, upstream: llm, auth: none, strip_prefix: /chosen, match: { method: POST } }
  - { path: /chosen/, upstream: llm, auth: none, add_prefix: /got, match: { method: GET } }
`,
    });
  });
  afterAll(() => gateway?.stop());

  const seen = async (path: string, method = 'GET') =>
    (await exchange(gateway, upstream, { path, method })).received?.url;

  test.each<[path: string, want: string]>([
    ['/v1/models', '/v1/models'],
    ['/v1/', '/v1/'],
    ['/v1/custom', '/v1/custom'],
    ['/v1/custom/', '/'],
    ['/v1/custom/v1/x', '/v1/x'],
    ['/v1/custom/v1/custom/x', '/v1/custom/x'],
    ['/bare', '/'],
    ['/bare/', '/'],
    ['/bare/x/', '/x/'],
    ['/moved/', '/v2/'],
    ['/moved/x', '/v2/x'],
    ['/added/x', '/v1/added/x'],
    ['/a.b+c/x', '/x'],
    ['/chat', '/v1/chat/completions'],
    ['/all/', '/v1/one'],
    ['/all/of/them', '/v1/one'],
    ['/exact/models', '/v1/models'],
    ['/exact', '/'],
    ['/based/v2/x', '/openai/v2/x'],
    ['/based/v1/x', '/openai/deployments/x/v1/x'],
    ['/based/set', '/openai/v1/set'],
    ['/dollar/x', '/$uri/$1/x'],
    ['/chosen/x', '/got/chosen/x'],
  ])('%s reaches the upstream as %s, arguments kept', async (path, want) => {
    expect(await seen(path)).toBe(want);
    for (const query of ['x=1', 'a=%2F%20+b&c=%C3%A4&&d', 'q=what?&r=/../x', 'x={}|%zz'])
      expect(await seen(`${path}?${query}`)).toBe(`${want}?${query}`);
  });

  test('a prefix is stripped on the route that was chosen', async () => {
    expect(await seen('/chosen/x?y', 'POST')).toBe('/x?y');
  });

  test.each<[path: string, want: string]>([
    ['/v1/a%20b', '/v1/a%20b'],
    ['/v1/a%3Fb', '/v1/a%3Fb'],
    ['/v1/a%23b', '/v1/a%23b'],
    ['/v1/a%25b', '/v1/a%25b'],
    ['/v1/a%252Fb', '/v1/a%252Fb'],
    ['/v1/%C3%A4%e2%82%ac', '/v1/%C3%A4%E2%82%AC'],
    ['/v1/%0d%0aX-Evil:%201', '/v1/%0D%0AX-Evil:%201'],
    ['/v1/a+b;c=d:e@f$g&h,i', '/v1/a+b;c=d:e@f$g&h,i'],
    ['/v1/%61%62', '/v1/ab'],
    // what stands for a slash is a slash for everyone
    ['/v1/a%2Fb', '/v1/a/b'],
    ['/v1//a///b', '/v1/a/b'],
    ['//v1/a', '/v1/a'],
    ['/v1/./a', '/v1/a'],
    ['/v1/x/../a', '/v1/a'],
    ['/v1/x/%2e%2e/a', '/v1/a'],
    ['/v1/x/%2E./a', '/v1/a'],
    ['/v1/x%2f..%2fa', '/v1/a'],
    ['/v1/custom/../a', '/v1/a'],
    ['/v1/custom/x/..', '/'],
    ['/other/../v1/a', '/v1/a'],
    ['/v1/a%20b?c=%20d', '/v1/a%20b?c=%20d'],
    ['/v1/a%3Fb?c', '/v1/a%3Fb?c'],
    ['/v1/custom/a%3Fb%20c%2Fd?e', '/a%3Fb%20c/d?e'],
    ['/v1/custom/%0a', '/%0A'],
    ['/moved/%C3%A4%3F', '/v2/%C3%A4%3F'],
    ['/based/%C3%A4%3F', '/openai/%C3%A4%3F'],
    ['/all/%3F%0a', '/v1/one'],
  ])('%s reaches the upstream as %s', async (path, want) => {
    expect(await seen(path)).toBe(want);
  });

  test.each(['/v1/../x', '/v1/%2e%2e/x', '/v1/%2e%2e%2fx', '/v1/..%2fx', '/v1/x/../../y', '/exact/../x'])(
    '%s leads out of every route',
    async (path) => {
      const { response, received } = await exchange(gateway, upstream, { path });
      expect(response.status).toBe(404);
      expect(received).toBeUndefined();
    },
  );

  test.each(['/../x', '/v1/../../x', '/v1/%2e%2e/%2e%2e/x', '/v1/%00', '/v1/%', '/v1/%zz', 'v1/x', '/v1/a b/c'])(
    'GET %s is a broken request',
    async (path) => {
      const before = upstream.requests.length;
      const answer = await sendBytes({
        port: gateway.port,
        bytes: `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      });
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(upstream.requests.length).toBe(before);
    },
  );

  test('an absolute request target is a path like any other', async () => {
    expect(await seen(`http://127.0.0.1:${gateway.port}/v1/custom/%2e%2e/a?b`)).toBe('/v1/a?b');
  });
});
