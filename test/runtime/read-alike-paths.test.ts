import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

describe.each(nginxReleases)('paths on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
key_maps: { apps: { clients: [{ id: app, key: "${hashOf('oc-alike-0123456789abcdef')}" }] } }
upstreams:
  llm: ["127.0.0.1:${upstream.port}"]
routes:
  - { name: open, path: /api/, upstream: llm, auth: none }
  - { name: admin, path: /api/admin/, upstream: llm, auth: apps }
  - { name: root, path: /api/admin/root/, upstream: llm, auth: apps, api: anthropic }
  - { name: one, path: =/api/one.txt, upstream: llm, auth: apps }
  - { name: gemini, path: /v1beta/, upstream: llm, auth: none, api: gemini }
  - { name: azure, path: /openai/, upstream: llm, auth: none }
`,
    });
  });
  afterAll(() => gateway?.stop());

  async function ask(path: string): Promise<{ status: number; url: string | undefined; answer: string }> {
    const before = upstream.requests.length;
    const answer = await sendBytes({
      port: gateway.port,
      bytes: `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    });
    return { status: Number(answer.slice(9, 12)), url: upstream.requests[before]?.url, answer };
  }

  test('no header says another path', async () => {
    const before = upstream.requests.length;
    const headers = { 'X-Original-URL': '/api/admin/x', 'X-Rewrite-URL': '/api/admin/x', 'X-Original-Path': 'kept' };
    expect((await gateway.send({ path: '/api/x', headers })).status).toBe(200);
    const got = upstream.requests[before]?.headers ?? {};
    expect(Object.keys(got).filter((name) => /^x-(?:original|rewrite)/.test(name))).toEqual(['x-original-path']);
  });

  test.each([
    // Tomcat and Jetty cut off parameters before they resolve dots
    '/api/..;/secret',
    '/api/..;x=y/secret',
    '/api/x/..;/..;/secret',
    '/api/x/.;/y',
    '/api/..%3b/secret',
    '/api/%2e%2e;/secret',
    '/api/x/..;',
    // Windows
    '/api/..\\secret',
    '/api/..%5csecret',
    '/api/..%5Csecret',
    '/api/x\\..\\..\\secret',
    '/api/a%5cb',
    // decoded twice
    '/api/%252e%252e/secret',
    '/api/%252e%252e%252fsecret',
    '/api/.%252e/secret',
    '/api/..%252fsecret',
    '/api/%25252e%25252e/secret',
    '/api/..%255csecret',
    '/api/x/%252e%252e',
    '/api/..%253bx/secret',
    // bytes that no UTF-8 has
    '/api/%c0%ae%c0%ae/secret',
    '/api/%c0%ae%c0%ae%c0%afsecret',
    '/api/%e0%80%ae%e0%80%ae/secret',
    '/api/..%c1%9csecret',
    // the open route asked for what is behind keys
    '/api/admin;/users',
    '/api/admin;x=y/users',
    '/api/;x/admin/users',
    '/api/;/admin/users',
    '/api/ADMIN/users',
    '/api/Admin;x/users',
    '/api/admin./users',
    '/api/admin%20/users',
    '/api/admin%20.;x/users',
    '/api/%2561dmin/users',
    '/api/adm%2569n/users',
    '/api/%252fadmin/users',
    '/api/one.txt;x',
    '/api/ONE.txt',
    '/api/one.txt.',
    '/api/one.txt%20',
    '/api/one%252etxt',
    '/api/;x/one.txt',
  ])('GET %s is refused', async (path) => {
    const { status, url, answer } = await ask(path);
    expect([status, url]).toEqual([400, undefined]);
    expect(answer).toContain('"code":"ambiguous_request"');
  });

  test.each(['/api/admin/..;/users', '/api/admin/root;/x', '/api/admin/ROOT/x'])(
    'GET %s is refused before anybody is asked for a key',
    async (path) => {
      expect((await ask(path)).status).toBe(400);
    },
  );

  test('the refusal speaks the API of the route', async () => {
    expect((await ask('/api/admin/root/..;/x')).answer).toContain(
      '{"type":"error","error":{"type":"invalid_request_error"',
    );
    expect((await ask('/v1beta/..;/x')).answer).toContain('"status":"INVALID_ARGUMENT"');
  });

  test.each<[path: string, want: string]>([
    // as the APIs have them
    ['/v1beta/models/gemini-2.5-flash:generateContent', '/v1beta/models/gemini-2.5-flash:generateContent'],
    ['/v1beta/models/x:streamGenerateContent?alt=sse', '/v1beta/models/x:streamGenerateContent?alt=sse'],
    ['/v1beta/projects/p/locations/l;v=1/models/m:predict', '/v1beta/projects/p/locations/l;v=1/models/m:predict'],
    [
      '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
      '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    ],
    ['/openai/deployments/a;b=c/chat', '/openai/deployments/a;b=c/chat'],
    ['/openai/files/a%252Fb%2520c.txt', '/openai/files/a%252Fb%2520c.txt'],
    ['/openai/files/%E4%BD%A0%C3%A4.v1..2', '/openai/files/%E4%BD%A0%C3%A4.v1..2'],
    ['/openai/files/...', '/openai/files/...'],
    ['/openai/files/.hidden/..data', '/openai/files/.hidden/..data'],
    ['/openai/A//B/../c', '/openai/A/c'],
    ['/openai/%2561', '/openai/%2561'],
    // beside what is behind keys, and no like of it
    ['/api/admins/users', '/api/admins/users'],
    ['/api/x/ADMIN/users', '/api/x/ADMIN/users'],
    ['/api/administrator;x/y', '/api/administrator;x/y'],
    ['/api/one', '/api/one'],
    ['/api/one.txt/x', '/api/one.txt/x'],
    ['/api/a%252Fb', '/api/a%252Fb'],
    ['/api/m;v=2/x.', '/api/m;v=2/x.'],
  ])('GET %s passes', async (path, want) => {
    const { status, url } = await ask(path);
    expect([status, url]).toEqual([200, want]);
  });

  test.each(['/api/admin/users', '/api/x/../admin/users', '/api//admin/users', '/api/%61dmin/users', '/api/one.txt'])(
    'GET %s needs a key',
    async (path) => {
      expect((await ask(path)).status).toBe(401);
    },
  );
});

test.each(nginxReleases)('nginx %s: a gateway for all there is leaves paths alone', async (release) => {
  const port = await freePort();
  const gateway = await startGateway({
    release,
    ports: [port],
    spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
routes: [{ path: /, upstream: llm, auth: none }]
`,
  });
  try {
    const before = upstream.requests.length;
    for (const path of ['/a/..;/b', '/a%5Cb', '/%252e%252e/x']) await gateway.send({ path });
    expect(upstream.requests.slice(before).map(({ url }) => url)).toEqual(['/a/..;/b', '/a%5Cb', '/%252e%252e/x']);
  } finally {
    await gateway.stop();
  }
});
