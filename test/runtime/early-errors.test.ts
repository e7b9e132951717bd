import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

/** Broken requests have no host yet, so the server that refuses foreign hosts answers them. */
describe.each(nginxReleases)('requests that break early, with names, on nginx %s', (release) => {
  let gateway: Gateway;

  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      spec: `
version: 1
server: { names: [ai.test], listen: { http: "127.0.0.1:${port}" } }
upstreams: { llm: ["127.0.0.1:9"] }
routes:
  - { path: /v1/, upstream: llm, auth: none }
`,
    });
  });

  afterAll(() => gateway?.stop());

  const answerTo = async (bytes: string): Promise<string> => String(await sendBytes({ port: gateway.port, bytes }));

  it.each([
    ['an unknown protocol', 'GET / HTTQ/1.1\r\n\r\n', 400, 'bad_request'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'bad_request'],
    ['a long request line', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n\r\n`, 414, 'uri_too_long'],
    ['a long header', `GET / HTTP/1.1\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('%s is answered as JSON', async (_, bytes, status, code) => {
    const answer = await answerTo(bytes);
    expect(answer).toContain(` ${status} `);
    expect(answer).toContain(`"code":"${code}"`);
  });

  it.each(['/', '/v1/models', '/openclaw/health', '/openclaw/errors/400', '/openclaw/errors/nothing'])(
    'a foreign host gets no answer at %s',
    async (path) => {
      expect(await answerTo(`GET ${path} HTTP/1.1\r\nHost: foreign.test\r\n\r\n`)).toBe('');
    },
  );

  it('its own host is served', async () => {
    expect(await answerTo('GET /openclaw/health HTTP/1.1\r\nHost: ai.test\r\nConnection: close\r\n\r\n')).toContain(
      '200 OK',
    );
  });
});
