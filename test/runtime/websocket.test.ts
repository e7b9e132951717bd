import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

let certificates: Certificates;
let upstream: MockModelServer;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.test']));
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const handshake = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};

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
      env: { REALTIME: 'sk-realtime-0001' },
      files: { 'ssl/ai.crt': leaf?.cert ?? '', 'ssl/ai.key': leaf?.key ?? '' },
      spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${port}", https: "127.0.0.1:${securePort}" }
  redirect: false
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key }
upstreams:
  llm: ["127.0.0.1:${upstream.port}"]
  keyed: { servers: ["127.0.0.1:${upstream.port}"], credential: env:REALTIME }
routes:
  - { path: /realtime/, upstream: llm, auth: none, websocket: true, strip_prefix: /realtime }
  - { path: /keyed/, upstream: keyed, auth: none, websocket: true }
  - { path: /entry/, upstream: keyed, auth: none, websocket: true, match: { query: { model: true } } }
  - { path: /entry/, upstream: llm, auth: none }
  - { path: /plain/, upstream: llm, auth: none }
`,
    });
  });
  afterAll(() => gateway?.stop());

  const valuesOf = (name: string) =>
    upstream.requests
      .at(-1)
      ?.rawHeaders.filter(([given]) => given.toLowerCase() === name)
      .map(([, value]) => value);

  test.each(['/realtime/v1/realtime?model=x', '/keyed/v1/realtime', '/entry/v1/realtime?model=x'])(
    '%s echoes messages, long and binary ones too',
    async (path) => {
      const urls = [`ws://127.0.0.1:${gateway.port}${path}`, `wss://127.0.0.1:${securePort}${path}`];
      for (const url of urls) {
        const socket = await open(url);
        for (const message of ['hello', 'x'.repeat(200_000), Buffer.from([0, 1, 255, 254])])
          expect((await echo(socket, message)).equals(Buffer.from(message))).toBe(true);
        socket.close();
      }
      expect(upstream.requests.at(-1)).toMatchObject({ websocket: true, url: path.replace(/^\/realtime/, '') });
    },
  );

  test('the end of one side is the end of the other', async () => {
    const socket = await open(`ws://127.0.0.1:${gateway.port}/realtime/x`);
    const seen = upstream.requests.at(-1);
    socket.close(4001, 'enough');
    await expect.poll(() => seen?.finishedAt, { timeout: 5_000 }).toBeDefined();
  });

  test('the gateway’s credential goes along, and the client’s do not', async () => {
    const socket = await open(`ws://127.0.0.1:${gateway.port}/keyed/x`, [], {
      Authorization: 'Bearer stolen',
      Cookie: 'stolen=1',
      'x-api-key': 'stolen',
    });
    socket.close();
    expect(valuesOf('authorization')).toEqual(['Bearer sk-realtime-0001']);
    expect(JSON.stringify(upstream.requests.at(-1)?.rawHeaders)).not.toContain('stolen');
  });

  test.each<[offered: readonly string[], passed: readonly string[]]>([
    [['realtime'], ['realtime']],
    [['realtime', 'openai-beta.realtime-v1'], ['realtime,openai-beta.realtime-v1']],
    [['realtime', 'openai-insecure-api-key.sk-stolen'], ['realtime']],
    [['realtime', 'openai-insecure-api-key.sk-stolen', 'openai-beta.realtime-v1'], ['realtime']],
    [['Realtime', 'OpenAI-Insecure-API-Key.sk-stolen'], ['realtime']],
    [['openai-insecure-api-key.sk-stolen', 'realtime'], []],
    [['realtime-x', 'openai-insecure-api-key.sk-stolen'], []],
    [[], []],
  ])('of the subprotocols %j the upstream is offered %j', async (offered, passed) => {
    for (const path of ['/realtime/x', '/keyed/x']) {
      const seen = upstream.requests.length;
      const socket = await open(`ws://127.0.0.1:${gateway.port}${path}`, offered).catch(() => undefined);
      socket?.close();
      expect(upstream.requests.length).toBe(seen + 1);
      expect(JSON.stringify(upstream.requests.at(-1)?.rawHeaders)).not.toContain('stolen');
      expect(valuesOf('sec-websocket-protocol')).toEqual(passed);
    }
  });

  test('a key in a second subprotocol header does not get through either', async () => {
    const { received } = await exchange(gateway, upstream, {
      path: '/realtime/x',
      headers: [
        ['Sec-WebSocket-Protocol', 'realtime'],
        ['Sec-WebSocket-Protocol', 'openai-insecure-api-key.sk-stolen'],
      ],
    });
    expect(JSON.stringify(received?.rawHeaders)).not.toContain('stolen');
  });

  test.each(['/plain/x', '/entry/x'])('%s, without `websocket`, answers and does not switch', async (path) => {
    const headers = {
      ...handshake,
      'Sec-WebSocket-Protocol': 'realtime, openai-insecure-api-key.sk-stolen',
    };
    const { response, received } = await exchange(gateway, upstream, { path, headers });
    expect(response.status).toBe(200);
    expect(received?.websocket).toBe(false);
    expect(received?.headers.upgrade).toBeUndefined();
    expect(received?.headers.connection ?? '').not.toMatch(/upgrade/i);
    expect(JSON.stringify(received?.rawHeaders)).not.toContain('stolen');
  });

  test.each(['h2c', 'H2C', 'h2c, websocket', 'websocket, h2c', 'TLS/1.0', 'evil'])(
    'nobody switches to `%s`',
    async (protocol) => {
      for (const path of ['/realtime/x', '/keyed/x', '/plain/x']) {
        const headers = {
          Connection: 'Upgrade, HTTP2-Settings',
          Upgrade: protocol,
          'HTTP2-Settings': 'AAMAAABkAAQAAP__',
        };
        const { response, received } = await exchange(gateway, upstream, { path, headers });
        expect(response.status).toBe(200);
        expect(received?.headers.upgrade).toBeUndefined();
        expect(received?.headers.connection ?? '').not.toMatch(/upgrade/i);
      }
    },
  );

  test('ordinary requests on a websocket route keep their connection to the upstream', async () => {
    const before = upstream.connections;
    for (let index = 0; index < 10; index += 1)
      expect((await gateway.send({ path: '/realtime/x', method: 'POST', body: '{}' })).status).toBe(200);
    expect(upstream.connections - before).toBeLessThanOrEqual(1);
    expect(upstream.requests.at(-1)?.headers.connection ?? '').not.toMatch(/upgrade|close/i);
  });

  test('a refusal of the upstream reaches the client', async () => {
    upstream.behave({ status: 403 });
    try {
      await expect(open(`ws://127.0.0.1:${gateway.port}/realtime/x`)).rejects.toThrow('403');
      const response = await gateway.send({ path: '/realtime/x', headers: handshake });
      expect(response).toMatchObject({ status: 403, headers: { 'x-mock-server': 'mock' } });
    } finally {
      upstream.behave({});
    }
  });

  function open(
    url: string,
    protocols: readonly string[] = [],
    headers: Record<string, string> = {},
  ): Promise<WebSocket> {
    const socket = new WebSocket(url, protocols, { headers, ca: certificates.ca.cert });
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(socket));
      socket.on('error', reject);
    });
  }
});

function echo(socket: WebSocket, message: string | Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    socket.on('message', resolve);
    socket.on('error', reject);
    socket.send(message);
  });
}
