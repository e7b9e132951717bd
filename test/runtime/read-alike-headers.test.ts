import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import type { RecordedRequest } from '../helpers/mock/recorded-request.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const gateways = nginxReleases.flatMap((release) => [false, true].map((plain) => ({ release, plain })));

describe.each(gateways)('headers on nginx $release, without Lua: $plain', ({ release, plain }) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const route = (name: string, path: string, more = '') =>
      `  - { name: ${name}, path: ${path}, auth: none, request_headers: { X-Route: ${name} }${more} }`;
    gateway = await startGateway({
      release,
      ...(plain && { target: 'plain' as const }),
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
rate_zones: { per_user: { key: { header: X-User }, rate: 1r/m, burst: 5 } }
upstreams:
  llm: ["127.0.0.1:${upstream.port}"]
  hashed: { servers: ["127.0.0.1:${upstream.port}"], balance: { hash: { header: X-Session } } }
  one: ["127.0.0.1:${upstream.port}"]
  two: ["127.0.0.1:${upstream.port}"]
routes:
${route('gold', '/tier/', ', upstream: llm, match: { header: { X-Tier: gold } }')}
${route('none', '/tier/', ', upstream: llm, match: { header: { X-Tier: false } }')}
${route('rest', '/tier/', ', upstream: llm')}
${route('lone', '/lone/', ', upstream: llm, match: { header: { X-Tier: true } }, api: anthropic')}
${route('counted', '/counted/', ', upstream: llm, limits: per_user')}
${route('hashed', '/hashed/', ', upstream: hashed')}
${route('split', '/split/', ', split: { one: 50%, two: 50% }, sticky: { header: X-Sticky }, force_header: X-Side')}
${route('get', '/method/', ', upstream: llm, match: { method: GET }')}
${route('post', '/method/', ', upstream: llm, match: { method: POST }')}
${route('free', '/free/', ', upstream: llm')}
`,
    });
  });
  afterAll(() => gateway?.stop());

  async function send(path: string, lines: readonly string[], method = 'GET') {
    const before = upstream.requests.length;
    const head = [`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines, '', ''];
    const answer = await sendBytes({ port: gateway.port, bytes: head.join('\r\n') });
    const received: RecordedRequest | undefined = upstream.requests[before];
    return { status: Number(answer.slice(9, 12)), answer, received, route: received?.headers['x-route'] };
  }

  const linesOf = (received: RecordedRequest | undefined, name: string): readonly string[] =>
    (received?.rawHeaders ?? []).flatMap(([given, value]) => (given.toLowerCase() === name ? [value] : []));

  test.each<[lines: readonly string[], want: string]>([
    [['X-Tier: gold'], 'gold'],
    [['x-tier: gold'], 'gold'],
    [['X-Tier: gold, silver'], 'rest'],
    [['X-Tier: silver'], 'rest'],
    [['X-Other: 1', 'X-Other: 2'], 'none'],
    [[], 'none'],
    // nginx drops names with an underscore
    [['X_Tier: gold'], 'none'],
  ])('%j goes to %s', async (lines, want) => {
    const { route, received } = await send('/tier/', lines);
    expect(route).toBe(want);
    expect(linesOf(received, 'x_tier')).toEqual([]);
  });

  test.each<[lines: readonly string[]]>([
    [['X-Tier: gold', 'X-Tier: silver']],
    [['X-Tier: silver', 'X-Tier: gold']],
    [['X-Tier: gold', 'x-TIER: gold']],
    [['X-Tier:', 'X-Tier: gold']],
    [['X-Tier: gold', 'X-A: 1', 'X-Tier:']],
    [[...Array.from({ length: 120 }, (_, index) => `X-${index}: 1`), 'X-Tier: silver', 'X-Tier: gold']],
  ])('of %j no upstream reads another line than the gateway', async (lines) => {
    const { status, answer, received, route } = await send('/tier/', lines);
    if (!plain) {
      expect(status).toBe(400);
      expect(received).toBeUndefined();
      expect(answer).toContain('"code":"ambiguous_request"');
      return;
    }
    // One line at most, and what it says is what chose the route.
    const seen = linesOf(received, 'x-tier');
    expect(seen.length).toBeLessThan(2);
    expect(route).toBe(seen.length === 0 ? 'none' : seen[0] === 'gold' ? 'gold' : 'rest');
  });

  test.each<[path: string, name: string]>([
    ['/lone/', 'X-Tier'],
    ['/counted/', 'X-User'],
    ['/hashed/', 'X-Session'],
    ['/split/', 'X-Sticky'],
    ['/split/', 'X-Side'],
  ])('on %s %s comes once', async (path, name) => {
    const once = await send(path, [`${name}: one`]);
    expect(once.status).toBe(200);
    expect(linesOf(once.received, name.toLowerCase())).toEqual(['one']);
    const twice = await send(path, [`${name}: one`, `${name}: two`]);
    if (plain) expect(linesOf(twice.received, name.toLowerCase()).length).toBe(1);
    else expect([twice.status, twice.received]).toEqual([400, undefined]);
    if (!plain && path === '/lone/') expect(twice.answer).toContain('"type":"error"');
  });

  test('where nothing depends on a header, all its lines pass', async () => {
    const { received } = await send('/free/', ['X-Tier: gold', 'X-Tier: silver']);
    expect(linesOf(received, 'x-tier')).toEqual(['gold', 'silver']);
  });

  test.each<[headers: readonly string[], query: string]>([
    [['X-HTTP-Method-Override: DELETE'], ''],
    [['x-http-method: DELETE'], ''],
    [['X-Method-Override: GET'], ''],
    [[], '?_method=DELETE'],
    [[], '?%5fmethod=delete'],
    [[], '?x;_METHOD=delete'],
    [[], '?$httpMethod=DELETE'],
    [[], '?%24httpMethod=DELETE'],
    [[], '?X-HTTP-Method-Override=DELETE'],
  ])('where the method decides, %j %s says no other one', async (headers, query) => {
    for (const method of ['GET', 'POST']) {
      const { status, received } = await send(`/method/${query}`, [...headers, 'Content-Length: 0'], method);
      expect([status, received]).toEqual([400, undefined]);
      expect((await send(`/free/${query}`, [...headers, 'Content-Length: 0'], method)).status).toBe(200);
    }
  });

  test('an overriding header behind an empty one reaches nobody', async () => {
    const name = 'X-HTTP-Method-Override';
    const { received } = await send('/method/', [`${name}:`, `${name}: DELETE`]);
    expect(linesOf(received, name.toLowerCase())).toEqual([]);
    expect((await send('/method/?method=x&x_method=y', [])).route).toBe('get');
  });
});
