import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import type { Response } from '../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

async function start(release: (typeof nginxReleases)[number], compression: string): Promise<Gateway> {
  const port = await freePort();
  return startGateway({
    release,
    ports: [port],
    spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
${compression}
routes:
  - { path: /v1/, upstream: llm, auth: none }
  - { path: /plain/, upstream: llm, auth: none, compression: false }
  - { path: /collected/, upstream: llm, auth: none, buffering: true, strip_prefix: /collected }
`,
  });
}

/** Asks for embeddings of some length; tells how they were encoded and whether they can be read. */
async function ask(
  gateway: Gateway,
  options: { path?: string; accept?: string; bytes?: number; type?: string; encoding?: string },
): Promise<string> {
  const { path = '/v1/embeddings', accept, bytes = 20_000, type, encoding } = options;
  const response = await gateway.send({
    path,
    json: { input: 'x' },
    headers: {
      'x-mock-body-bytes': String(bytes),
      ...(accept !== undefined && { 'Accept-Encoding': accept }),
      ...(type !== undefined && { 'x-mock-content-type': type }),
      ...(encoding !== undefined && { 'x-mock-response-header': `Content-Encoding: ${encoding}` }),
    },
  });
  expect(response.status).toBe(200);
  if (encoding !== undefined) return response.headers['content-encoding'] ?? 'identity';
  const plain = decode(response);
  expect(JSON.parse(plain.toString()).object).toBe('list');
  expect(plain.length).toBe(bytes);
  if (response.headers['content-encoding'] !== undefined) {
    expect(response.body.length).toBeLessThan(bytes / 4);
    expect(response.headers.vary).toBe('Accept-Encoding');
  }
  return response.headers['content-encoding'] ?? 'identity';
}

function decode({ headers, body }: Response): Buffer {
  if (headers['content-encoding'] === 'gzip') return gunzipSync(body);
  if (headers['content-encoding'] === 'br') return brotliDecompressSync(body);
  return body;
}

const streamed = { model: 'm', stream: true, messages: [] };

describe.each(nginxReleases)('nginx %s', (release) => {
  describe('gzip and brotli', () => {
    let gateway: Gateway;
    beforeAll(async () => {
      gateway = await start(release, 'compression: { gzip: true, brotli: true }');
    });
    afterAll(() => gateway?.stop());

    test.each<[accept: string | undefined, want: string]>([
      [undefined, 'identity'],
      ['', 'identity'],
      ['identity', 'identity'],
      ['gzip', 'gzip'],
      ['br', 'br'],
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip;q=0', 'identity'],
      ['br;q=0, gzip', 'gzip'],
      ['deflate', 'identity'],
    ])('a client that accepts %j gets %s', async (accept, want) => {
      expect(await ask(gateway, { accept: accept ?? '' })).toBe(want);
      expect(await ask(gateway, { path: '/collected/v1/embeddings', accept: accept ?? '' })).toBe(want);
      if (accept === undefined) expect(await ask(gateway, {})).toBe(want);
    });

    test('not on a route that says no', async () => {
      for (const accept of ['gzip', 'br', 'gzip, br'])
        expect(await ask(gateway, { path: '/plain/embeddings', accept })).toBe('identity');
    });

    test.each<[type: string, want: string]>([
      ['application/json', 'br'],
      ['application/json; charset=utf-8', 'br'],
      ['text/plain', 'br'],
      ['audio/mpeg', 'identity'],
      ['image/png', 'identity'],
      ['application/octet-stream', 'identity'],
      ['text/event-stream', 'identity'],
    ])('of the type %s: %s', async (type, want) => {
      expect(await ask(gateway, { accept: 'gzip, br', type })).toBe(want);
    });

    test('not when the answer is short', async () => {
      expect(await ask(gateway, { accept: 'gzip', bytes: 999 })).toBe('identity');
      expect(await ask(gateway, { accept: 'br', bytes: 999 })).toBe('identity');
    });

    test('not a second time', async () => {
      expect(await ask(gateway, { accept: 'gzip, br', encoding: 'gzip' })).toBe('gzip');
    });

    test('never an event stream, collected or not', async () => {
      for (const path of ['/v1/chat/completions', '/collected/v1/chat/completions'])
        for (const accept of ['gzip', 'br', 'gzip, br']) {
          const headers = { 'Accept-Encoding': accept, 'x-mock-body-bytes': '20000' };
          const response = await gateway.send({ path, json: streamed, headers });
          expect(response.headers['content-encoding']).toBeUndefined();
          expect(response.text).toContain('[DONE]');
        }
    });
  });

  test('brotli alone tells caches that it depends on Accept-Encoding', async () => {
    const gateway = await start(release, 'compression: { brotli: { level: 1, min_length: 100 } }');
    try {
      expect(await ask(gateway, { accept: 'gzip, br' })).toBe('br');
      expect(await ask(gateway, { accept: 'br', bytes: 1_000 })).toBe('br');
      expect(await ask(gateway, { accept: 'gzip' })).toBe('identity');
    } finally {
      await gateway.stop();
    }
  });

  test('without a section nothing is compressed', async () => {
    const gateway = await start(release, '');
    try {
      expect(await ask(gateway, { accept: 'gzip, br' })).toBe('identity');
    } finally {
      await gateway.stop();
    }
  });

  test('own types and levels; an event stream stays as it is even so', async () => {
    const settings = '{ level: 9, types: [audio/mpeg, text/event-stream] }';
    const gateway = await start(release, `compression: { gzip: ${settings}, brotli: ${settings} }`);
    try {
      expect(await ask(gateway, { accept: 'gzip', type: 'audio/mpeg' })).toBe('gzip');
      expect(await ask(gateway, { accept: 'br', type: 'audio/mpeg' })).toBe('br');
      expect(await ask(gateway, { accept: 'gzip, br', type: 'application/json' })).toBe('identity');
      for (const path of ['/v1/chat/completions', '/collected/v1/chat/completions'])
        for (const accept of ['gzip', 'br']) {
          const headers = { 'Accept-Encoding': accept, 'x-mock-body-bytes': '20000' };
          const response = await gateway.send({ path, json: streamed, headers });
          expect(response.headers['content-encoding']).toBeUndefined();
        }
    } finally {
      await gateway.stop();
    }
  });
});
