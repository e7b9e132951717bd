import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { type Response, request } from '../helpers/http-client.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

const names = ['llama', 'claude', 'openai'] as const;
let servers: ModelServers<(typeof names)[number]>;
let certificates: Certificates;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.test']));
  servers = await startModelServers(names);
});
afterAll(() => servers.close());

describe.each(nginxReleases)('requests by model on nginx %s', (release) => {
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
      env: { OPENAI_KEY: 'sk-openai-0123456789' },
      spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${port}", https: "127.0.0.1:${securePort}" }
  redirect: false
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key }
upstreams:
  llama: ["${servers.address('llama')}"]
  claude: ["${servers.address('claude')}"]
  openai: { servers: ["${servers.address('openai')}"], base_path: /openai, credential: env:OPENAI_KEY }
models:
  fast: llama
  smart: { upstream: claude, as: claude-sonnet-4 }
  gpt-4o-mini: { upstream: llama, as: "meta/Llama\\"3\\"" }
  "gpt-4o*": openai
  "gpt-*": { upstream: openai, as: gpt-4.1 }
  "gemini-*": claude
  gemini-old: { upstream: claude, as: gemini-new }
routes:
  - { path: /v1/, auth: none, upstream: by_model }
  - { path: /v1beta/, auth: none, upstream: by_model, api: gemini }
  - { path: /anthropic/, auth: none, upstream: by_model, api: anthropic, strip_prefix: /anthropic }
  - { path: /pick/, auth: none, match: { model: ["gpt-*", o3] }, upstream: openai, strip_prefix: /pick }
  - { path: /pick/, auth: none, match: { model: "claude-*", header: { X-Beta: "1" } }, upstream: claude, strip_prefix: /pick }
  - { path: /pick/, auth: none, match: { model: fast }, upstream: by_model, strip_prefix: /pick }
  - { path: /pick/, auth: none, upstream: llama, strip_prefix: /pick }
`,
    });
  });
  afterAll(() => gateway?.stop());

  /** Sends a request and tells what the one server received that got it. */
  async function sent(work: () => Promise<Response>) {
    const before = names.map((name) => servers.of[name].requests.length);
    const response = await work();
    const found = names.flatMap((name, index) => servers.of[name].requests.slice(before[index]));
    expect(found.length).toBeLessThan(2);
    return { response, by: response.headers['x-mock-server'], received: found[0] };
  }
  const chat = (model: unknown, more: object = {}) =>
    gateway.send({ path: '/v1/chat/completions', json: { model, messages: [], ...more } });

  test.each([
    ['an exact name', 'fast', 'llama', 'fast'],
    ['another name at the upstream', 'smart', 'claude', 'claude-sonnet-4'],
    ['an exact name before patterns', 'gpt-4o-mini', 'llama', 'meta/Llama"3"'],
    ['the longer of two patterns', 'gpt-4o-2024-08-06', 'openai', 'gpt-4o-2024-08-06'],
    ['a pattern with nothing in place of its star', 'gpt-4o', 'openai', 'gpt-4o'],
    ['the shorter pattern, renamed', 'gpt-3.5', 'openai', 'gpt-4.1'],
  ])('%s', async (_, asked, upstream, served) => {
    const { by, received, response } = await sent(() => chat(asked));
    expect(response.status).toBe(200);
    expect(by).toBe(upstream);
    expect(JSON.parse(received?.body.toString() ?? '')).toEqual({ model: served, messages: [] });
    expect(Number(received?.headers['content-length'])).toBe(received?.body.length);
  });

  test('each upstream has its own path and key', async () => {
    const openai = await sent(() => chat('gpt-4o'));
    expect(openai.received?.url).toBe('/openai/v1/chat/completions');
    expect(openai.received?.headers.authorization).toBe('Bearer sk-openai-0123456789');
    const llama = await sent(() => chat('fast'));
    expect(llama.received?.url).toBe('/v1/chat/completions');
    expect(llama.received?.headers.authorization).toBeUndefined();
  });

  test('a renamed body is otherwise what the client wrote, byte for byte', async () => {
    const before = '{ "a":1e2,\t"messages" : [{"model":"inner"}], ';
    const after = ' , "x":"\\u00e9é\\/", "stream":false }\n';
    const { received } = await sent(() =>
      gateway.send({ path: '/v1/chat/completions', body: `${before}"model":"smart"${after}` }),
    );
    expect(received?.body.toString()).toBe(`${before}"model":"claude-sonnet-4"${after}`);
  });

  test.each(['nothing-like-it', 'Fast', 'fast ', 'xgpt-4o'])('%j is served by nobody: 404', async (model) => {
    const { response, received } = await sent(() => chat(model));
    expect(response.status).toBe(404);
    expect(response.json().error).toMatchObject({ code: 'model_not_found' });
    expect(received).toBeUndefined();
  });

  test('a 404 in the format of the route’s API', async () => {
    const { response } = await sent(() => gateway.send({ path: '/anthropic/v1/messages', json: { model: 'none' } }));
    expect(response.status).toBe(404);
    expect(response.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });

  test.each([
    ['no model', '{"messages":[]}'],
    ['a model that is no text', '{"model":["fast"]}'],
    ['two models', '{"model":"fast","model":"smart"}'],
    ['two models, one disguised by an escape', '{"model":"fast","mod\\u0065l":"smart"}'],
    ['a model in other case', '{"model":"fast","Model":"smart"}'],
    ['several models to choose from', '{"model":"fast","models":["smart"]}'],
    ['an empty model', '{"model":""}'],
    ['a body that ends too early', '{"model":"fast"'],
    ['something behind the body', '{"model":"fast"}{"model":"smart"}'],
    ['a list', '[{"model":"fast"}]'],
    ['no body', ''],
  ])('%s: 400', async (_, body) => {
    const { response, received } = await sent(() =>
      gateway.send({ path: '/v1/chat/completions', method: 'POST', body }),
    );
    expect(response.status).toBe(400);
    expect(response.json().error).toMatchObject({ type: 'invalid_request_error' });
    expect(received).toBeUndefined();
  });

  test('a compressed body is refused, since nobody looked into it', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    const { response, received } = await sent(() =>
      gateway.send({ path: '/v1/chat/completions', headers, json: { model: 'fast' } }),
    );
    expect(response.status).toBe(415);
    expect(received).toBeUndefined();
  });

  test('a chunked body', async () => {
    const parts = ['{"mod', 'el":"sm', 'art","messages":[]}'];
    const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
    const before = servers.of.claude.requests.length;
    const answer = await sendBytes({
      port: gateway.port,
      bytes: `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
      timeoutMs: 10_000,
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const received = servers.of.claude.requests[before];
    expect(received?.body.toString()).toBe('{"model":"claude-sonnet-4","messages":[]}');
  });

  test('HTTP/2', async () => {
    const tls = { ca: certificates.ca.cert, servername: 'ai.test' };
    const { by, received } = await sent(() =>
      request({ port: securePort, tls, http2: true, path: '/v1/chat/completions', json: { model: 'smart' } }),
    );
    expect(by).toBe('claude');
    expect(received?.body.toString()).toBe('{"model":"claude-sonnet-4"}');
  });

  test.each(['smart', 'fast'])('a prompt of 3 MB for %s arrives whole', async (model) => {
    const content = 'prompt '.repeat(430_000);
    const { response, received } = await sent(() =>
      gateway.send({ path: '/v1/chat/completions', json: { messages: [{ content }], model } }),
    );
    expect(response.status).toBe(200);
    const served = model === 'smart' ? 'claude-sonnet-4' : model;
    expect(received?.body.equals(Buffer.from(JSON.stringify({ messages: [{ content }], model: served })))).toBe(true);
  });

  test('multipart, as of transcriptions', async () => {
    const form = (model: string) =>
      Buffer.from(
        `--sep\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n\u0000\u00ff"model"\r\n` +
          `--sep\r\nContent-Disposition: form-data; name="model"\r\n\r\n${model}\r\n--sep--\r\n`,
        'latin1',
      );
    const headers = { 'Content-Type': 'multipart/form-data; boundary=sep' };
    const { by, received } = await sent(() =>
      gateway.send({ path: '/v1/audio/transcriptions', headers, body: form('smart') }),
    );
    expect(by).toBe('claude');
    expect(received?.body.equals(form('claude-sonnet-4'))).toBe(true);
    expect(received?.headers['content-type']).toBe('multipart/form-data; boundary=sep');
  });

  test.each([
    ['gemini-2.5-flash:generateContent', '/v1beta/models/gemini-2.5-flash:generateContent'],
    ['gemini-old:streamGenerateContent?alt=sse', '/v1beta/models/gemini-new:streamGenerateContent?alt=sse'],
    ['gemini%2Dold:countTokens', '/v1beta/models/gemini-new:countTokens'],
  ])('a model in the path: %s', async (path, upstreamPath) => {
    const { by, received } = await sent(() => gateway.send({ path: `/v1beta/models/${path}`, json: { contents: [] } }));
    expect(by).toBe('claude');
    expect(received?.url).toBe(upstreamPath);
    expect(received?.body.toString()).toBe('{"contents":[]}');
  });

  test.each([
    ['GET', '/v1/files?model=smart', '/v1/files?model=claude-sonnet-4'],
    ['GET', '/v1/files?a=%20b&model=fast', '/v1/files?a=%20b&model=fast'],
  ])('a model in the query: %s %s', async (method, path, upstreamPath) => {
    const { received } = await sent(() => gateway.send({ method, path }));
    expect(received?.url).toBe(upstreamPath);
  });

  test('a query that names another model than the body: 400', async () => {
    const { response, received } = await sent(() =>
      gateway.send({ path: '/v1/chat/completions?model=smart', json: { model: 'fast' } }),
    );
    expect(response.status).toBe(400);
    expect(received).toBeUndefined();
  });

  test('the access log has the name that the client used', async () => {
    await gateway.send({ path: '/v1/chat/completions?logged', json: { model: 'smart' } });
    const line = await gateway.logged((found) => found.model === 'smart');
    expect(line).toMatchObject({ upstream: 'claude', status: 200, completion: 'complete' });
  });

  describe('routes that match by model', () => {
    const pick = (model: string | undefined, headers: Record<string, string> = {}) =>
      sent(() => gateway.send({ path: '/pick/v1/chat/completions', headers, json: { model } }));
    test.each([
      ['gpt-5', {}, 'openai'],
      ['o3', {}, 'openai'],
      ['o3-mini', {}, 'llama'],
      ['claude-opus', { 'X-Beta': '1' }, 'claude'],
      ['claude-opus', {}, 'llama'],
      ['fast', {}, 'llama'],
      [undefined, {}, 'llama'],
    ])('%s with %j goes to %s', async (model, headers, upstream) => {
      const { by, received } = await pick(model, headers as Record<string, string>);
      expect(by).toBe(upstream);
      expect(received?.url).toBe(`${upstream === 'openai' ? '/openai' : ''}/v1/chat/completions`);
      expect(received?.body.toString()).toBe(JSON.stringify({ model }));
    });

    test('whoever names two models passes no route', async () => {
      const { response, received } = await sent(() =>
        gateway.send({ path: '/pick/v1/chat/completions', body: '{"model":"o3","model":"fast"}' }),
      );
      expect(response.status).toBe(400);
      expect(received).toBeUndefined();
    });
  });
});
