import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import type { RequestOptions } from '../helpers/http/request-options.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const notFound = {
  error: {
    message: 'No route answers this request.',
    type: 'invalid_request_error',
    param: null,
    code: 'not_found',
  },
};

/** Each route tells the upstream its name. */
const routes: readonly (readonly [name: string, path: string, match?: string])[] = [
  ['models', '=/v1/models'],
  ['v1', '/v1/'],
  ['chat', '/v1/chat/'],
  ['lone', '/lone/'],
  ['bare', '/bare'],
  ['get', '/method/', 'method: GET'],
  ['write', '/method/', 'method: [POST, PUT]'],
  ['eu', '/host/', 'host: eu.example.com'],
  ['org', '/host/', 'host: ["*.example.org", 127.0.0.1]'],
  ['host-other', '/host/'],
  ['both', '/header/', 'header: { X-LLM-Version: v2, X-Tier: [gold, silver] }'],
  ['v2', '/header/', 'header: { X-LLM-Version: v2 }'],
  ['tier', '/header/', 'header: { X-Tier: [gold, silver] }'],
  ['odd', '/header/', `header: { X-Odd: 'a.*"b" $x \\ ü' }`],
  ['empty', '/header/', 'header: { X-Odd: "", X-Tier: "" , X-Empty: true}'],
  ['debug', '/header/', 'header: { X-Debug: true }'],
  ['no-tier', '/header/', 'header: { X-Tier: false }'],
  ['llama', '/query/', 'query: { model: llama }'],
  ['listed', '/query/', 'query: { model: [gpt/4, "größe 7", "a+b&c=d%"] }'],
  ['two', '/query/', 'query: { user: ann, team: true }'],
  ['flag', '/query/', 'query: { stream: true }'],
  ['brackets', '/query/', 'query: { "a[b]": "1" }'],
  ['blank', '/query/', 'query: { note: "" }'],
  ['no-model', '/query/', 'query: { model: false }'],
  ['office', '/client/', 'client: 127.0.1.0/24'],
  ['desk', '/client/', 'client: [127.0.0.2, "2001:db8::/32", 10.1.2.3]'],
  ['first', '/order/', 'header: { X-A: true }'],
  ['second', '/order/', 'header: { X-B: true }'],
  ['fall', '/fall/'],
  ['fall-deep', '/fall/deep/', 'header: { X-A: "1" }'],
  ['fall-exact', '=/fall/deep/end', 'header: { X-B: "1" }'],
  ['guarded', '/guarded/', 'header: { X-A: "1", X-B: "1" }'],
];

describe.each(nginxReleases)('nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const spec = [
      'version: 1',
      `server: { listen: { http: "127.0.0.1:${port}" }, trusted_proxies: [127.0.0.9, 10.9.0.0/16] }`,
      `upstreams: { llm: ["127.0.0.1:${upstream.port}"] }`,
      'routes:',
      ...routes.map(
        ([name, path, match]) =>
          `  - { name: ${name}, path: "${path}", upstream: llm, auth: none, request_headers: { X-Route: ${name} }${match ? `, match: { ${match} }` : ''} }`,
      ),
    ].join('\n');
    gateway = await startGateway({ release, spec, ports: [port] });
  });
  afterAll(() => gateway?.stop());

  /** The name of the route that answered, else the status. */
  async function routeOf(options: Omit<RequestOptions, 'port'>): Promise<string | number> {
    const { response, received } = await exchange(gateway, upstream, options);
    if (received === undefined) return response.status;
    expect(received.method).toBe(options.method ?? 'GET');
    expect(response.status).toBe(200);
    return received.headers['x-route'] ?? 'nameless';
  }

  test.each<[path: string, want: string | number]>([
    ['/v1/models', 'models'],
    ['/v1/models?x=1', 'models'],
    ['/v1/models/', 'v1'],
    ['/v1/modelsx', 'v1'],
    ['/v1/', 'v1'],
    ['/v1/chat/completions', 'chat'],
    ['/v1/chat/', 'chat'],
    ['/v1/chat', 'v1'],
    ['/v1/chatty', 'v1'],
    ['/v1', 404],
    ['/V1/models', 404],
    ['/lone/', 'lone'],
    ['/lone', 404],
    ['/bare', 'bare'],
    ['/bare/x', 'bare'],
    ['/barely', 'bare'],
    ['/fall', 404],
    ['/method', 404],
    ['/', 404],
    ['/other', 404],
    ['/@v1', 404],
    ['/openclaw/errors/400', 404],
  ])('path %s goes to %s, for GET and POST', async (path, want) => {
    expect(await routeOf({ path })).toBe(want);
    expect(await routeOf({ path, method: 'POST', body: 'x' })).toBe(want);
  });

  test.each<[method: string, want: string | number]>([
    ['GET', 'get'],
    ['HEAD', 'get'],
    ['POST', 'write'],
    ['PUT', 'write'],
    ['DELETE', 404],
    ['OPTIONS', 404],
  ])('method %s goes to %s', async (method, want) => {
    expect(await routeOf({ path: '/method/x', method })).toBe(want);
  });

  test.each<[host: string, want: string]>([
    ['eu.example.com', 'eu'],
    ['EU.Example.com', 'eu'],
    ['eu.example.com:8080', 'eu'],
    ['xeu.example.com', 'host-other'],
    ['us.example.com', 'host-other'],
    ['a.example.org', 'org'],
    ['a.b.example.org', 'org'],
    ['example.org', 'host-other'],
    ['a.example.org.evil.test', 'host-other'],
    ['127.0.0.1', 'org'],
  ])('host %s goes to %s', async (host, want) => {
    expect(await routeOf({ path: '/host/', headers: { Host: host } })).toBe(want);
  });

  test.each<[headers: Record<string, string>, want: string | number]>([
    [{ 'X-LLM-Version': 'v2' }, 'v2'],
    [{ 'x-llm-version': 'v2' }, 'v2'],
    [{ 'X-LLM-Version': 'v2', 'X-Tier': 'silver' }, 'both'],
    [{ 'X-LLM-Version': 'v2', 'X-Tier': 'bronze' }, 'v2'],
    [{ 'X-LLM-Version': 'V2', 'X-Tier': 'bronze' }, 404],
    [{ 'X-LLM-Version': 'v22', 'X-Tier': 'bronze' }, 404],
    [{ 'X-LLM-Version': 'xv2', 'X-Tier': 'bronze' }, 404],
    [{ 'X-Tier': 'gold' }, 'tier'],
    [{ 'X-Tier': 'Gold' }, 404],
    [{ 'X-Tier': 'gold, silver' }, 404],
    [{ 'X-Tier': 'bronze', 'X-Debug': '' }, 404],
    [{ 'X-Tier': 'bronze', 'X-Debug': '0' }, 'debug'],
    [{ 'X-Tier': 'bronze', 'X-Odd': 'a.*"b" $x \\ ü' }, 'odd'],
    [{ 'X-Tier': 'bronze', 'X-Odd': 'axx"b" $x \\ ü' }, 404],
    [{ 'X-Empty': '1' }, 'empty'],
    [{ 'X-Empty': '1', 'X-Odd': 'x' }, 'no-tier'],
    [{}, 'no-tier'],
  ])('headers %j go to %s', async (headers, want) => {
    const encoded = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]),
    );
    expect(await routeOf({ path: '/header/', headers: encoded })).toBe(want);
  });

  test.each<[query: string, want: string | number]>([
    ['model=llama', 'llama'],
    ['x=1&model=llama', 'llama'],
    ['model=llama&x=1', 'llama'],
    ['x=model=llama&model=llama&y', 'llama'],
    ['model=LLAMA', 404],
    ['model=llama2', 404],
    ['model=xllama', 404],
    ['model=llama%0a', 404],
    ['xmodel=llama', 'no-model'],
    ['Model=llama', 400],
    ['x=model=llama', 'no-model'],
    ['model[]=llama', 400],
    ['%6dodel=ll%61ma', 'llama'],
    ['model=llama&model=llama', 400],
    ['x;model=llama', 400],
    ['model=gpt/4', 'listed'],
    ['model=gpt%2f4', 'listed'],
    ['model=gpt%2F4', 'listed'],
    ['model=gr%C3%B6%c3%9fe%207', 'listed'],
    ['model=gr%C3%B6%C3%9Fe+7', 'listed'],
    ['model=a%2Bb%26c%3Dd%25', 'listed'],
    ['model=a%2Bb%26c=d%25', 'listed'],
    ['model=a+b%26c%3Dd%25', 404],
    ['model=a%2Bb&c=d%', 404],
    ['model=x&user=ann&team', 'two'],
    ['model=x&team=&user=ann', 'two'],
    ['model=x&user=ann', 404],
    ['model=x&user=ann&teams=1', 404],
    ['model=x&stream', 'flag'],
    ['model=x&stream=', 'flag'],
    ['model=x&stream=true', 'flag'],
    ['model=x&streams=true', 404],
    ['model=x&a[b]=1', 'brackets'],
    ['model=x&a%5Bb%5d=1', 'brackets'],
    ['model=x&note=', 'blank'],
    ['model=x&note', 'blank'],
    ['model=x&note=y', 404],
    ['model', 404],
    ['model=', 404],
    ['', 'no-model'],
    ['other=1', 'no-model'],
  ])('query ?%s goes to %s', async (query, want) => {
    expect(await routeOf({ path: `/query/${query === '' ? '' : `?${query}`}` })).toBe(want);
  });

  test.each<[from: string, forwardedFor: string | undefined, want: string | number]>([
    ['127.0.0.1', undefined, 404],
    ['127.0.0.2', undefined, 'desk'],
    ['127.0.1.200', undefined, 'office'],
    ['127.0.2.1', undefined, 404],
    // nobody is believed but the trusted proxy
    ['127.0.0.1', '127.0.0.2', 404],
    ['127.0.0.2', '127.0.1.1', 'desk'],
    ['127.0.0.9', undefined, 404],
    ['127.0.0.9', '127.0.1.1', 'office'],
    ['127.0.0.9', '10.1.2.3', 'desk'],
    ['127.0.0.9', '2001:db8::7', 'desk'],
    // a chain: the last address that is no proxy of ours, whatever the client wrote before it
    ['127.0.0.9', '10.1.2.3, 127.0.1.1, 10.9.3.3', 'office'],
    ['127.0.0.9', '10.1.2.3, 192.0.2.1', 404],
  ])('a client at %s with X-Forwarded-For %s goes to %s', async (from, forwardedFor, want) => {
    const agent = new Agent({ localAddress: from });
    const headers = forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor };
    expect(await routeOf({ path: '/client/', agent, headers })).toBe(want);
  });

  test.each<[headers: Record<string, string>, want: string | number]>([
    [{ 'X-A': '1' }, 'first'],
    [{ 'X-B': '1' }, 'second'],
    [{ 'X-A': '1', 'X-B': '1' }, 'first'],
    [{}, 404],
  ])('of the routes on one path, %j goes to %s', async (headers, want) => {
    expect(await routeOf({ path: '/order/', headers })).toBe(want);
  });

  test.each<[path: string, headers: Record<string, string>, want: string | number]>([
    ['/fall/deep/x', { 'X-A': '1' }, 'fall-deep'],
    ['/fall/deep/x', {}, 'fall'],
    ['/fall/deep/end', { 'X-B': '1' }, 'fall-exact'],
    ['/fall/deep/end', { 'X-A': '1' }, 'fall-deep'],
    ['/fall/deep/end', { 'X-A': '1', 'X-B': '1' }, 'fall-exact'],
    ['/fall/deep/end', {}, 'fall'],
    ['/fall/deep', { 'X-A': '1' }, 'fall'],
    ['/guarded/x', { 'X-A': '1', 'X-B': '1' }, 'guarded'],
    ['/guarded/x', { 'X-A': '1' }, 404],
    ['/guarded', { 'X-A': '1', 'X-B': '1' }, 404],
  ])('%s with %j falls through to %s', async (path, headers, want) => {
    expect(await routeOf({ path, headers })).toBe(want);
    expect(await routeOf({ path, headers, method: 'POST', body: '{}' })).toBe(want);
  });

  test.each([7, 300_000])('a POST of %d bytes survives the choice among routes', async (length) => {
    const body = Buffer.alloc(length, 'abcdefghijk');
    for (const path of ['/header/deep?x=%20&y', '/fall/deep/x?x=%20&y', '/v1/x?x=%20&y']) {
      const { response, received } = await exchange(gateway, upstream, {
        path,
        body,
        headers: { 'X-LLM-Version': 'v2' },
      });
      expect(response.status).toBe(200);
      expect(received).toMatchObject({ method: 'POST', url: path });
      expect(received?.body.equals(body)).toBe(true);
    }
  });

  test('a chunked POST survives the choice among routes', async () => {
    const { received } = await exchange(gateway, upstream, {
      path: '/header/',
      body: 'x'.repeat(100_000),
      headers: { 'X-LLM-Version': 'v2', 'Transfer-Encoding': 'chunked' },
    });
    expect(received?.body.length).toBe(100_000);
  });

  test.each(['/', '/v1', '/method/x', '/guarded/', '/openclaw/', '/openclaw/healthy', '/index.html', '/v1.gif'])(
    'DELETE %s gets 404 in the shape of the OpenAI API',
    async (path) => {
      const response = await gateway.send({ path, method: 'DELETE' });
      expect(response.status).toBe(404);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.json()).toEqual(notFound);
    },
  );

  test('health answers by itself, whatever the method', async () => {
    for (const method of ['GET', 'POST']) {
      const { response, received } = await exchange(gateway, upstream, { path: '/openclaw/health', method });
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.json()).toEqual({ status: 'ok' });
      expect(received).toBeUndefined();
    }
    expect(await gateway.accessLog()).not.toContain('/openclaw/health"');
  });
});

test.each(nginxReleases)('nginx %s: a route on / leaves health to the gateway and takes the rest', async (release) => {
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
    const seen = async (path: string) => (await exchange(gateway, upstream, { path })).received?.url;
    expect(await seen('/')).toBe('/');
    expect(await seen('/any/where?x')).toBe('/any/where?x');
    expect(await seen('/openclaw/health')).toBeUndefined();
    for (const path of ['/openclaw/', '/openclaw/other', '/openclaw/errors/400']) {
      expect(await seen(path)).toBeUndefined();
      expect((await gateway.send({ path })).json()).toEqual(notFound);
    }
    expect(await seen('/openclawed')).toBe('/openclawed');
  } finally {
    await gateway.stop();
  }
});

test.each(nginxReleases)('nginx %s: one path has hundreds of routes with long names', async (release) => {
  const port = await freePort();
  const tenant = (index: number): string => `${'customer-'.repeat(5)}${index}`;
  const gateway = await startGateway({
    release,
    ports: [port],
    spec: [
      'version: 1',
      `server: { listen: { http: "127.0.0.1:${port}" } }`,
      `upstreams: { llm: ["127.0.0.1:${upstream.port}"] }`,
      'routes:',
      ...Array.from(
        { length: 300 },
        (_, index) =>
          `  - { name: ${tenant(index)}, path: /v1/, match: { header: { X-Tenant: ${tenant(index)} } }, upstream: llm, auth: none, request_headers: { X-Route: r${index} } }`,
      ),
    ].join('\n'),
  });
  try {
    const routeOf = async (name: string): Promise<unknown> =>
      (await exchange(gateway, upstream, { path: '/v1/', headers: { 'x-tenant': name } })).received?.headers['x-route'];
    for (const index of [0, 99, 100, 299]) expect(await routeOf(tenant(index))).toBe(`r${index}`);
    expect(await routeOf(tenant(300))).toBeUndefined();
    expect(await gateway.errorLog()).not.toMatch(/\[(?:warn|emerg|alert)\]/);
  } finally {
    await gateway.stop();
  }
});
