import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const megabyte = 1_048_576;
const tooLarge = {
  error: {
    message: 'The request body is too large.',
    type: 'invalid_request_error',
    param: null,
    code: 'request_too_large',
  },
};
const framings: readonly (readonly [name: string, headers: Record<string, string>])[] = [
  ['with Content-Length', {}],
  ['in chunks', { 'Transfer-Encoding': 'chunked' }],
];

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
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
routes:
  - { path: /v1/, upstream: llm, auth: none }
  - { path: /small/, upstream: llm, auth: none, max_body_size: 10k }
  - { path: /odd/, upstream: llm, auth: none, max_body_size: "999" }
  - { path: /large/, upstream: llm, auth: none, max_body_size: 40m }
  - { path: /boundless/, upstream: llm, auth: none, max_body_size: "0" }
  - { path: /entry/, upstream: llm, auth: none, max_body_size: 10k, match: { header: { X-Size: small } } }
  - { path: /entry/, upstream: llm, auth: none, max_body_size: "999", match: { header: { X-Size: odd } } }
  - { path: /entry/, upstream: llm, auth: none, max_body_size: "0", match: { header: { X-Size: boundless } } }
  - { path: /entry/, upstream: llm, auth: none }
  - { path: /usual/, upstream: llm, auth: none, match: { header: { X-Size: small } } }
  - { path: /usual/, upstream: llm, auth: none }
  - { path: /narrow/, upstream: llm, auth: none, max_body_size: 1k, match: { header: { X-Size: small } } }
  - { path: /narrow/, upstream: llm, auth: none, max_body_size: 2k }
  - { path: /wide/, upstream: llm, auth: none, max_body_size: 1k }
  - { path: /wide/deep/, upstream: llm, auth: none, max_body_size: 34m, match: { header: { X-Size: large } } }
`,
    });
  });
  afterAll(() => gateway?.stop());

  test.each(framings)('20 MB arrive whole, %s', async (_, headers) => {
    const body = randomBytes(20 * megabyte);
    for (const path of ['/v1/files', '/entry/files']) {
      const { response, received } = await exchange(gateway, upstream, { path, body, headers });
      expect(response.status).toBe(200);
      expect(hash(received?.body ?? Buffer.alloc(0))).toBe(hash(body));
      expect(received?.headers['content-length']).toBe(String(body.length));
      upstream.requests.length = 0;
    }
  });

  test.each<[path: string, size: string | undefined, bytes: number, want: 200 | 413]>([
    ['/v1/', undefined, 32 * megabyte, 200],
    ['/v1/', undefined, 32 * megabyte + 1, 413],
    ['/v1/', undefined, 33 * megabyte, 413],
    ['/small/', undefined, 10_240, 200],
    ['/small/', undefined, 10_241, 413],
    ['/small/', undefined, 2 * megabyte, 413],
    ['/odd/', undefined, 999, 200],
    ['/odd/', undefined, 1_000, 413],
    ['/large/', undefined, 33 * megabyte, 200],
    ['/boundless/', undefined, 41 * megabyte, 200],
    ['/entry/', 'small', 10_240, 200],
    ['/entry/', 'small', 10_241, 413],
    ['/entry/', 'small', 99_999, 413],
    ['/entry/', 'small', 3 * megabyte, 413],
    ['/entry/', 'odd', 999, 200],
    ['/entry/', 'odd', 1_000, 413],
    ['/entry/', 'odd', 90_000, 413],
    ['/entry/', 'boundless', 33 * megabyte, 200],
    ['/entry/', undefined, 99_999, 200],
    ['/entry/', undefined, 33 * megabyte, 413],
    ['/usual/', 'small', 33 * megabyte, 413],
    ['/usual/', undefined, 33 * megabyte, 413],
    ['/narrow/', 'small', 1_025, 413],
    ['/narrow/', 'small', 1_024, 200],
    ['/narrow/', undefined, 2_048, 200],
    ['/narrow/', undefined, 2_049, 413],
    ['/wide/', undefined, 1_025, 413],
    ['/wide/deep/', 'large', 33 * megabyte, 200],
    ['/wide/deep/', undefined, 1_025, 413],
    ['/wide/deep/', undefined, 1_024, 200],
  ])('%s with X-Size %s and a body of %d bytes gets %d', async (path, size, bytes, want) => {
    const body = Buffer.alloc(bytes, 'x');
    for (const [, framing] of framings) {
      const headers = { ...framing, ...(size !== undefined && { 'X-Size': size }) };
      const { response, received } = await exchange(gateway, upstream, { path, body, headers });
      expect(response.status).toBe(want);
      if (want === 200) {
        expect(received?.body.length).toBe(bytes);
      } else {
        expect(received).toBeUndefined();
        expect(response.headers['content-type']).toBe('application/json');
        expect(response.json()).toEqual(tooLarge);
      }
      upstream.requests.length = 0;
    }
  });
});

function hash(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
