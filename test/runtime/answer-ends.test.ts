import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { stream } from '../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

/** A gateway that needs Lua for a key alone, and so follows answers at their end only. */
const specFor = (port: number, upstream: number, dead: number): string => `
version: 1
server: { listen: { http: 127.0.0.1:${port} } }
upstreams:
  llm: { servers: [127.0.0.1:${upstream}], credential: env:PROVIDER_KEY, tls: false }
  dead: { servers: [127.0.0.1:${dead}] }
routes:
  - { path: /, upstream: llm, auth: none, timeouts: { idle: 1s } }
  - { path: /dead, upstream: dead, auth: none }
`;

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const streamed = { model: 'm', stream: true, messages: [{ role: 'user', content: 'hello' }] };

describe.each(nginxReleases)('on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const spec = specFor(port, upstream.port, await freePort());
    gateway = await startGateway({ release, ports: [port], spec, env: { PROVIDER_KEY: 'sk-provider-answer-ends' } });
  });
  afterAll(() => gateway.stop());

  const completionOf = async (agent: string): Promise<unknown> =>
    (await gateway.logged((line) => line.user_agent === agent)).completion;

  test.each([
    ['a whole stream', {}, 'complete'],
    ['a stream that its upstream cuts', { 'x-mock-cut-after-chunks': '2' }, 'cut'],
    ['a stream that stalls', { 'x-mock-stall-after-chunks': '2' }, 'stalled'],
    [
      'a stream with pauses below the limit that is cut',
      { 'x-mock-gap-ms': '400', 'x-mock-cut-after-chunks': '3' },
      'cut',
    ],
  ])('%s', async (name, headers, completion) => {
    const agent = `ends ${name}`;
    const sent = gateway.send({
      path: '/v1/chat/completions',
      headers: { ...headers, 'user-agent': agent },
      json: streamed,
    });
    if (completion === 'complete') expect((await sent).text).toContain('[DONE]');
    else await expect(sent).rejects.toThrow('aborted');
    expect(await completionOf(agent)).toBe(completion);
  });

  test.each([
    ['a plain answer', { path: '/v1/models' }, 200, 'complete'],
    ['an answer without a body', { path: '/v1/models', method: 'HEAD' }, 200, 'complete'],
    ["an upstream's own error", { path: '/v1/models', headers: { 'x-mock-status': '429' } }, 429, 'complete'],
    ["the gateway's own error", { path: '/dead' }, 502, ''],
  ])('%s', async (name, request, status, completion) => {
    const agent = `ends ${name}`;
    const headers = { ...('headers' in request ? request.headers : {}), 'user-agent': agent };
    expect((await gateway.send({ ...request, headers })).status).toBe(status);
    expect(await completionOf(agent)).toBe(completion);
  });

  test('a client that leaves during the answer', async () => {
    const headers = { 'x-mock-gap-ms': '300', 'x-mock-chunks': '20', 'user-agent': 'ends client left during' };
    const response = await stream({ port: gateway.port, path: '/v1/chat/completions', headers, json: streamed });
    response.abort();
    expect(await completionOf('ends client left during')).toBe('client_gone');
  });

  test('a client that leaves before the answer', async () => {
    const headers = { 'x-mock-delay-ms': '900', 'user-agent': 'ends client left before' };
    const sent = gateway.send({ path: '/v1/chat/completions', headers, json: streamed, timeoutMs: 300 });
    await expect(sent).rejects.toThrow('no answer');
    expect(await completionOf('ends client left before')).toBe('client_gone');
  });
});
