import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { now } from '../helpers/clock.ts';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, type LogLine, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { request, stream } from '../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

let certificates: Certificates;
let upstream: MockModelServer;
let garbage: Server;
let deadPort: number;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.test']));
  upstream = await startMockModelServer();
  deadPort = await freePort();
  garbage = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('I am no HTTP server\r\n\r\n'));
  });
  await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => upstream.behave({}));
afterAll(async () => {
  garbage.close();
  await upstream.close();
});

describe.each(nginxReleases)('nginx %s', (release) => {
  let gateway: Gateway;
  let securePort: number;
  beforeAll(async () => {
    const port = await freePort();
    securePort = await freePort();
    const leaf = certificates.leaves['ai.test'];
    gateway = await startGateway({
      release,
      ports: [port, securePort],
      env: { KEY: 'sk-gateway-0001' },
      files: { 'ssl/ai.crt': leaf?.cert ?? '', 'ssl/ai.key': leaf?.key ?? '' },
      spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${port}", https: "127.0.0.1:${securePort}" }
  redirect: false
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key }
  response_headers: { X-Frame-Options: DENY }
upstreams:
  llm: { servers: ["127.0.0.1:${upstream.port}"], credential: { from: env:KEY, query: key } }
  dead: ["127.0.0.1:${deadPort}"]
  all-dead: ["127.0.0.1:${deadPort}", "127.0.0.2:${deadPort}"]
  garbage: ["127.0.0.1:${(garbage.address() as { port: number }).port}"]
  half: ["127.0.0.1:${deadPort}", "127.0.0.1:${upstream.port}"]
routes:
  - { name: chat, path: /v1/, upstream: llm, auth: none }
  - { path: /brief/, upstream: llm, auth: none, timeouts: { idle: 1s } }
  - { path: /collected/, upstream: llm, auth: none, buffering: true }
  - { path: /dead/, upstream: dead, auth: none }
  - { path: /all-dead/, upstream: all-dead, auth: none }
  - { path: /half/, upstream: half, auth: none }
  - { path: /garbage/, upstream: garbage, auth: none }
  - { path: /entry/, upstream: dead, auth: none, match: { header: { X-To: dead } } }
  - { path: /entry/, upstream: llm, auth: none, timeouts: { idle: 1s } }
`,
    });
  });
  afterAll(() => gateway?.stop());

  const secure = () => ({ port: securePort, tls: { ca: certificates.ca.cert, servername: 'ai.test' } });

  describe('errors of the gateway', () => {
    test.each<[path: string, headers: Record<string, string>, status: number, code: string]>([
      ['/dead/x', {}, 502, 'bad_gateway'],
      ['/all-dead/x', {}, 502, 'bad_gateway'],
      ['/v1/x', { 'x-mock-drop': '1' }, 502, 'bad_gateway'],
      ['/collected/x', { 'x-mock-drop': '1' }, 502, 'bad_gateway'],
      ['/entry/x', { 'X-To': 'dead' }, 502, 'bad_gateway'],
      ['/brief/x', { 'x-mock-delay-ms': '6000' }, 504, 'gateway_timeout'],
      ['/entry/x', { 'x-mock-delay-ms': '6000' }, 504, 'gateway_timeout'],
    ])('%s with %j gets %d %s as JSON', async (path, headers, status, code) => {
      for (const method of ['GET', 'POST']) {
        const started = now();
        const response = await gateway.send({ path, headers, method, ...(method === 'POST' && { body: '{}' }) });
        expect(response.status).toBe(status);
        expect(response.headers).toMatchObject({ 'content-type': 'application/json', 'x-frame-options': 'DENY' });
        const { error } = response.json();
        expect(error).toEqual({
          message: expect.stringMatching(/^[A-Z].*\.$/),
          type: 'server_error',
          param: null,
          code,
        });
        expect(now() - started).toBeLessThan(4_000);
      }
    });

    test('HTTP/2 clients get them too', async () => {
      const response = await request({ ...secure(), http2: true, path: '/dead/x', json: {} });
      expect(response.status).toBe(502);
      expect(response.json().error.code).toBe('bad_gateway');
    });

    test('HEAD gets the status without a body', async () => {
      const response = await gateway.send({ path: '/dead/x', method: 'HEAD' });
      expect(response.status).toBe(502);
      expect(response.body.length).toBe(0);
    });

    test('an upstream that comes back is used again', async () => {
      await upstream.refuse();
      try {
        expect((await gateway.send({ path: '/v1/x' })).status).toBe(502);
      } finally {
        await upstream.accept();
      }
      expect((await gateway.send({ path: '/v1/x' })).status).toBe(200);
    });
  });

  describe('broken requests', () => {
    const long = 'x'.repeat(20_000);
    const host = 'Host: ai.test\r\n';
    test.each<[name: string, bytes: string, status: number, code: string]>([
      ['a line that is none', 'hello there\r\n\r\n', 400, 'bad_request'],
      ['no host', 'GET /v1/x HTTP/1.1\r\n\r\n', 400, 'bad_request'],
      ['two hosts', `GET /v1/x HTTP/1.1\r\n${host}${host}\r\n`, 400, 'bad_request'],
      ['a host that is none', 'GET /v1/x HTTP/1.1\r\nHost: a/b\r\n\r\n', 400, 'bad_request'],
      ['a bad escape', `GET /v1/%zz HTTP/1.1\r\n${host}\r\n`, 400, 'bad_request'],
      [
        'two lengths',
        `POST /v1/x HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
        400,
        'bad_request',
      ],
      [
        'a length and chunks',
        `POST /v1/x HTTP/1.1\r\n${host}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        400,
        'bad_request',
      ],
      ['a length that is none', `POST /v1/x HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`, 400, 'bad_request'],
      ['broken chunks', `POST /v1/x HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, 'bad_request'],
      [
        'broken chunks to an entry',
        `POST /entry/x HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
        400,
        'bad_request',
      ],
      ['a long request line', `GET /v1/${long} HTTP/1.1\r\n${host}\r\n`, 414, 'uri_too_long'],
      ['a long header', `GET /v1/x HTTP/1.1\r\n${host}X-Long: ${long}\r\n\r\n`, 431, 'headers_too_large'],
      [
        'many headers',
        `GET /v1/x HTTP/1.1\r\n${host}${`X-Many: ${'x'.repeat(1_000)}\r\n`.repeat(100)}\r\n`,
        431,
        'headers_too_large',
      ],
      ['TRACE', `TRACE /v1/x HTTP/1.1\r\n${host}\r\n`, 405, 'method_not_allowed'],
    ])('%s: answered in JSON, never passed on', async (_, bytes, status, code) => {
      const before = upstream.requests.length;
      const tls = secure().tls;
      for (const options of [{ port: gateway.port }, { port: securePort, tls }]) {
        const answer = await sendBytes({ ...options, bytes });
        const [head = '', body = ''] = answer.split('\r\n\r\n');
        expect(head.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\\b`));
        expect(head).toMatch(/^content-type: application\/json\r?$/im);
        expect(head).not.toMatch(/^server: nginx\//im);
        expect(JSON.parse(body).error).toMatchObject({ type: 'invalid_request_error', code });
      }
      expect(upstream.requests.length).toBe(before);
    });
  });

  describe('errors of the upstream', () => {
    test.each([400, 401, 403, 404, 408, 409, 413, 414, 422, 429, 431, 500, 502, 503, 504, 529])(
      '%d passes as it is',
      async (status) => {
        for (const path of ['/v1/chat/completions', '/collected/chat/completions', '/entry/chat/completions']) {
          const response = await gateway.send({
            path,
            json: { model: 'm', messages: [] },
            headers: { 'x-mock-status': String(status), 'x-mock-response-header': 'Retry-After: 7' },
          });
          expect(response.status).toBe(status);
          expect(response.json()).toMatchObject({ error: { message: `mock error ${status}` }, mock: { name: 'mock' } });
          expect(response.headers).toMatchObject({ 'content-type': 'application/json', 'retry-after': '7' });
        }
      },
    );

    test('a 500 or 429 is not tried at another server', async () => {
      for (const status of ['500', '429', '503']) {
        const before = upstream.requests.length;
        const response = await gateway.send({ path: '/half/x', json: {}, headers: { 'x-mock-status': status } });
        expect(response.status).toBe(Number(status));
        expect(upstream.requests.length - before).toBe(1);
      }
    });

    test('a redirect passes as it is', async () => {
      const response = await gateway.send({
        path: '/v1/x',
        headers: { 'x-mock-status': '302', 'x-mock-response-header': 'Location: http://elsewhere.test/v1/y' },
      });
      expect(response.status).toBe(302);
      expect(response.headers.location).toBe('http://elsewhere.test/v1/y');
    });
  });

  describe('the access log', () => {
    const logged = (marker: string): Promise<LogLine> => gateway.logged((line) => line.user_agent === marker);

    test('tells what happened to a request', async () => {
      const marker = `sdk-${release}`;
      const { response } = await exchange(gateway, upstream, {
        path: '/v1/embeddings?secret=1',
        json: { input: 'x' },
        headers: { 'User-Agent': marker, Host: 'ai.test' },
      });
      const line = await logged(marker);
      expect(line).toMatchObject({
        client: '127.0.0.1',
        method: 'POST',
        host: 'ai.test',
        path: '/v1/embeddings',
        protocol: 'HTTP/1.1',
        status: 200,
        route: 'chat',
        upstream: 'llm',
        upstream_address: `127.0.0.1:${upstream.port}`,
        upstream_status: '200',
        response_bytes: response.body.length,
        completion: 'complete',
      });
      expect(line.request_id).toMatch(/^[0-9a-f]{32}$/);
      expect(Date.parse(String(line.time))).toBeGreaterThan(Date.now() - 60_000);
      expect(line.duration).toBeTypeOf('number');
    });

    test.each<[path: string, want: Partial<Record<string, unknown>>]>([
      ['/dead/x', { status: 502, route: 'dead', upstream: 'dead', upstream_status: '502' }],
      ['/entry/x', { status: 200, route: 'entry-2', upstream: 'llm', upstream_status: '200' }],
      ['/nowhere', { status: 404, route: '', upstream: '', upstream_status: '' }],
    ])('%s: %j', async (path, want) => {
      const marker = `sdk-${release}-${path}`;
      await gateway.send({ path, headers: { 'User-Agent': marker } });
      expect(await logged(marker)).toMatchObject(want);
    });

    // nginx takes an answer without a status line for HTTP/0.9
    test('has a line for an upstream that does not speak HTTP', async () => {
      await sendBytes({
        port: gateway.port,
        bytes: 'GET /garbage/x HTTP/1.1\r\nHost: a\r\nUser-Agent: garbage\r\n\r\n',
        timeoutMs: 500,
      });
      expect(await logged('garbage')).toMatchObject({ status: 9, route: 'garbage' });
    });

    test('tells every try of a request', async () => {
      const marker = `sdk-${release}-tries`;
      await gateway.send({ path: '/all-dead/x', headers: { 'User-Agent': marker } });
      const line = await logged(marker);
      expect(String(line.upstream_address).split(', ').length).toBe(String(line.upstream_status).split(', ').length);
    });

    test('tells a client that left', async () => {
      const marker = `sdk-${release}-gone`;
      const answer = await stream({
        port: gateway.port,
        path: '/v1/chat/completions',
        json: { stream: true },
        headers: { 'User-Agent': marker, 'x-mock-chunks': '400', 'x-mock-gap-ms': '20' },
      });
      for await (const _ of answer) break;
      answer.abort();
      expect(await logged(marker)).toMatchObject({ status: 200, completion: 'client_gone' });
    });

    test('is JSON whatever a client sends, without arguments and keys', async () => {
      const odd = '"\\ \u0001\u007f\té</script>';
      await gateway.send({
        path: '/v1/%22%5C%0a%01%ff%C3%A9?key=sk-client-0002&api_key=sk-client-0002',
        headers: {
          'User-Agent': Buffer.from('"\\ \té</script>').toString('latin1'),
          Authorization: 'Bearer sk-client-0002',
        },
      });
      await gateway.send({ path: `/nowhere?key=sk-client-0002`, method: 'PATCH' });
      for (const bytes of [
        'hello there\r\n\r\n',
        `GET /?key=sk-client-0002 HTTP/9.9\r\n\r\n`,
        'GET /v1/x\r\n',
        `GET /?key=sk-client-0002${odd} HTTP/1.1\r\nHost: "\r\n\r\n`,
        `${odd}\r\n\r\n`,
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        '\u0016\u0003\u0001\u0002\r\n',
        `GET /v1/${'x'.repeat(20_000)}?key=sk-client-0002 HTTP/1.1\r\n\r\n`,
      ])
        await sendBytes({ port: gateway.port, bytes, timeoutMs: 500 });
      await gateway.send({ path: '/last', headers: { 'User-Agent': 'last' } });
      await logged('last');
      const text = await gateway.accessLog();
      for (const line of text.split('\n').slice(0, -1)) expect(() => JSON.parse(line), line).not.toThrow();
      expect(text).not.toContain('sk-');
      expect(text).not.toContain('?');
    });
  });
});
