import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { now } from '../helpers/clock.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import type { RequestOptions } from '../helpers/http/request-options.ts';
import { type Chunk, request, type StreamingResponse, stream } from '../helpers/http-client.ts';
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
      files: { 'ssl/ai.crt': leaf?.cert ?? '', 'ssl/ai.key': leaf?.key ?? '' },
      spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${port}", https: "127.0.0.1:${securePort}" }
  redirect: false
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key }
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
compression:
  gzip: { min_length: 0, types: [application/json, text/event-stream] }
  brotli: { min_length: 0, types: [application/json, text/event-stream] }
routes:
  - { path: /v1/, upstream: llm, auth: none }
  - { path: /brief/, upstream: llm, auth: none, strip_prefix: /brief, timeouts: { idle: 1s } }
  - { path: /collected/, upstream: llm, auth: none, strip_prefix: /collected, buffering: true }
  - { path: /entry/, upstream: llm, auth: none, strip_prefix: /entry, match: { header: { X-Brief: true } }, timeouts: { idle: 1s } }
  - { path: /entry/, upstream: llm, auth: none, strip_prefix: /entry, match: { method: POST } }
`,
    });
  });
  afterAll(() => gateway?.stop());

  interface Ask {
    readonly path?: string;
    readonly id?: string;
    readonly mock?: Readonly<Record<string, string | number>>;
    readonly headers?: Readonly<Record<string, string>>;
  }
  const connections: readonly (readonly [
    name: string,
    connection: () => Pick<RequestOptions, 'port' | 'tls' | 'http2'>,
  ])[] = [
    ['HTTP/1.1', () => ({ port: gateway.port })],
    ['HTTP/2', () => ({ port: securePort, tls: { ca: certificates.ca.cert, servername: 'ai.test' }, http2: true })],
  ];
  const completion = ({ path = '/v1/chat/completions', id = '', mock = {}, headers = {} }: Ask) => ({
    path,
    json: { model: 'mock-model', stream: true, messages: [{ role: 'user', content: id }] },
    headers: {
      'Accept-Encoding': 'gzip, br',
      'X-Id': id,
      ...Object.fromEntries(Object.entries(mock).map(([name, value]) => [`x-mock-${name}`, String(value)])),
      ...headers,
    },
  });
  const received = (id: string) => upstream.waitForRequest((seen) => seen.headers['x-id'] === id);
  const uniqueId = () => `${release}-${Math.random()}`;

  describe.each(connections)('%s', (_, connection) => {
    test.each(['/v1/chat/completions', '/entry/v1/chat/completions'])(
      '%s delivers each token when it is sent',
      async (path) => {
        const answer = await stream({ ...connection(), ...completion({ path, mock: { chunks: 30, 'gap-ms': 20 } }) });
        expect(answer.status).toBe(200);
        expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
        expect(answer.headers['content-encoding']).toBeUndefined();
        const tokens = await tokensOf(answer);
        expect(tokens.map(({ index }) => index)).toEqual(Array.from({ length: 30 }, (_, index) => index));
        const delays = tokens.map(({ delay }) => delay).sort((a, b) => a - b);
        expect(delays[15]).toBeLessThan(50);
        expect(delays[26]).toBeLessThan(200);
      },
    );

    test('an Anthropic stream too, to its end', async () => {
      const answer = await stream({
        ...connection(),
        ...completion({ path: '/v1/messages', mock: { chunks: 20, 'gap-ms': 20 } }),
      });
      const chunks = await chunksOf(answer);
      expect(chunks.length).toBeGreaterThan(10);
      expect((chunks.at(-1)?.at ?? 0) - (chunks[0]?.at ?? 0)).toBeGreaterThan(200);
      expect(textOf(chunks)).toContain('event: message_stop');
    });

    test('when the client leaves, the upstream is told at once', async () => {
      const id = uniqueId();
      const answer = await stream({
        ...connection(),
        ...completion({ id, mock: { chunks: 10, 'stall-after-chunks': 5 } }),
      });
      for await (const _ of answer) break;
      const left = now();
      answer.abort();
      const seen = await received(id);
      await expect.poll(() => seen.abortedAt, { timeout: 5_000, interval: 10 }).toBeDefined();
      expect((seen.abortedAt ?? 0) - left).toBeLessThan(1_000);
    });

    test('when the client leaves before the first token, the upstream is told too', async () => {
      const id = uniqueId();
      const leaving = new AbortController();
      const answer = stream({
        ...connection(),
        ...completion({ id, mock: { 'delay-ms': 8_000 } }),
        signal: leaving.signal,
      });
      answer.catch(() => undefined);
      const seen = await received(id);
      leaving.abort();
      await expect(answer).rejects.toThrow();
      await expect.poll(() => seen.abortedAt, { timeout: 5_000, interval: 10 }).toBeDefined();
    });

    test.each(['/v1/chat/completions', '/collected/v1/chat/completions'])(
      '%s: a stream that breaks off at the upstream breaks off at the client',
      async (path) => {
        const answer = await stream({
          ...connection(),
          ...completion({ path, mock: { chunks: 10, 'cut-after-chunks': 3 } }),
        });
        expect(answer.status).toBe(200);
        const chunks: Chunk[] = [];
        await expect(chunksOf(answer, chunks)).rejects.toThrow();
        expect(textOf(chunks)).toContain('token-2');
        expect(textOf(chunks)).not.toContain('[DONE]');
      },
    );

    test('a JSON answer that breaks off is no whole one', async () => {
      const headers = { 'x-mock-body-bytes': '5000', 'x-mock-cut-after-chunks': '2' };
      const answer = request({ ...connection(), path: '/v1/embeddings', json: { input: 'x' }, headers });
      await expect(answer).rejects.toThrow();
    });

    test.each<[path: string, headers: Record<string, string>]>([
      ['/brief/v1/chat/completions', {}],
      ['/entry/v1/chat/completions', { 'X-Brief': '1' }],
    ])('%s: a silent upstream ends the stream after the idle time, and not before', async (path, headers) => {
      const id = uniqueId();
      const answer = await stream({
        ...connection(),
        ...completion({ path, id, headers, mock: { chunks: 10, 'gap-ms': 150, 'stall-after-chunks': 9 } }),
      });
      const chunks: Chunk[] = [];
      await expect(chunksOf(answer, chunks)).rejects.toThrow();
      const ended = now();
      // nine pieces take longer than the idle time: it is for each silence, not for all
      expect(textOf(chunks)).toContain('token-8');
      const silence = ended - (chunks.at(-1)?.at ?? 0);
      // nginx leaves a timer be that is less than 300 ms off (NGX_TIMER_LAZY_DELAY)
      expect(silence).toBeGreaterThan(600);
      expect(silence).toBeLessThan(4_000);
      await expect.poll(async () => (await received(id)).abortedAt, { timeout: 5_000 }).toBeDefined();
    });

    test('`buffering: true` delivers all of it', async () => {
      const answer = await stream({
        ...connection(),
        ...completion({
          path: '/collected/v1/chat/completions',
          mock: { chunks: 40, 'gap-ms': 2, 'body-bytes': 400_000 },
        }),
      });
      const tokens = await tokensOf(answer);
      expect(tokens).toHaveLength(40);
    });
  });

  test('a slow client gets all of a long stream', async () => {
    const mock = { chunks: 200, 'gap-ms': 0, 'body-bytes': 4_000_000 };
    for (const path of ['/v1/chat/completions', '/collected/v1/chat/completions']) {
      const answer = await request({ port: gateway.port, ...completion({ path, mock }) });
      expect(answer.text.match(/"token-/g)).toHaveLength(200);
      expect(answer.text.endsWith('data: [DONE]\n\n')).toBe(true);
    }
  });

  test('a stream outlives a reload', async () => {
    const answer = await stream({ port: gateway.port, ...completion({ mock: { chunks: 40, 'gap-ms': 25 } }) });
    await gateway.reload();
    expect(await tokensOf(answer)).toHaveLength(40);
  });
});

interface Token {
  readonly index: number;
  /** ms from the upstream's write to the client's read. */
  readonly delay: number;
}

async function tokensOf(answer: StreamingResponse): Promise<Token[]> {
  const tokens: Token[] = [];
  let rest = '';
  for await (const { text, at } of answer) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (!event.includes('"sentAt"')) continue;
      const { mock } = JSON.parse(event.slice('data: '.length));
      tokens.push({ index: mock.index, delay: at - mock.sentAt });
    }
  }
  return tokens;
}

async function chunksOf(answer: StreamingResponse, chunks: Chunk[] = []): Promise<Chunk[]> {
  for await (const chunk of answer) chunks.push(chunk);
  return chunks;
}

function textOf(chunks: readonly Chunk[]): string {
  return chunks.map(({ text }) => text).join('');
}
