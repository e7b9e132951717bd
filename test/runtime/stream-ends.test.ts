import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { stream } from '../helpers/http-client.ts';
import type { Behaviour } from '../helpers/mock/behaviour.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let servers: ModelServers<'llm'>;
beforeAll(async () => {
  servers = await startModelServers(['llm']);
});
beforeEach(() => servers.reset());
afterAll(() => servers.close());

describe.each(nginxReleases)('ends of streams on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const common = 'auth: none, timeouts: { idle: 1s }';
    const event = `${common}, stream_errors: event`;
    gateway = await startGateway({
      release,
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
compression: { gzip: { min_length: 0, types: [application/json, text/event-stream] } }
upstreams:
  llm: { servers: ["${servers.address('llm')}"], breaker: false }
models: { "*": llm }
routes:
  - { path: /break/, ${common}, upstream: llm, strip_prefix: /break }
  - { path: /break/routed/, ${common}, upstream: by_model, strip_prefix: /break/routed }
  - { path: /openai/, ${event}, upstream: llm, strip_prefix: /openai }
  - { path: /routed/, ${event}, upstream: by_model, strip_prefix: /routed }
  - { path: /anthropic/, ${event}, upstream: llm, api: anthropic, strip_prefix: /anthropic }
  - { path: /gemini/, ${event}, upstream: llm, api: gemini, strip_prefix: /gemini }
`,
    });
  });
  afterAll(() => gateway?.stop());

  async function ask(route: string, id: string, more: object = {}) {
    const path = route === 'anthropic' ? 'v1/messages' : 'v1/chat/completions';
    const answer = await stream({
      port: gateway.port,
      path: `/${route}/${path}`,
      headers: { 'User-Agent': `${route} ${id}`, 'Accept-Encoding': 'gzip' },
      json: { model: 'x', stream: true, ...more },
    });
    expect(answer.status).toBe(200);
    let text = '';
    let isBroken = false;
    try {
      for await (const chunk of answer) text += chunk.text;
    } catch {
      isBroken = true;
    }
    const line = await gateway.logged((found) => found.user_agent === `${route} ${id}`);
    return { text, isBroken, completion: line.completion, encoding: answer.headers['content-encoding'] };
  }
  /** Events of a stream; the last one has its empty line. */
  const eventsOf = (text: string) => {
    expect(text).toMatch(/\n\n$/);
    return text.slice(0, -2).split('\n\n');
  };

  const troubles: readonly (readonly [name: string, behaviour: Partial<Behaviour>])[] = [
    ['cut', { cutAfterChunks: 2 }],
    ['stalled', { stallAfterChunks: 2 }],
  ];

  describe.each(troubles)('a stream that is %s', (verdict, behaviour) => {
    test.each(['break', 'break/routed'])('%s: breaks off at the client as well', async (route) => {
      servers.of.llm.behave(behaviour);
      const answer = await ask(route, verdict);
      expect(answer).toMatchObject({ isBroken: true, completion: verdict });
      expect(answer.text).toContain('token-1');
      expect(answer.text).not.toMatch(/error|DONE/);
    });

    test.each([
      ['openai', `data: {"error":{"message":`, { type: 'server_error', code: `stream_${verdict}` }],
      ['routed', `data: {"error":{"message":`, { type: 'server_error', code: `stream_${verdict}` }],
      ['anthropic', 'event: error\ndata: {"type":"error",', { type: 'api_error' }],
      ['gemini', 'data: {"error":{"code":', { status: verdict === 'cut' ? 'UNAVAILABLE' : 'DEADLINE_EXCEEDED' }],
    ])('%s: ends with an event, and breaks off all the same', async (route, start, error) => {
      servers.of.llm.behave(behaviour);
      const answer = await ask(route, verdict);
      expect(answer).toMatchObject({ isBroken: true, completion: verdict });
      expect(answer.encoding).toBeUndefined();
      const events = eventsOf(answer.text);
      expect(answer.text).toContain('token-1');
      expect(events.filter((event) => event.includes('"error"'))).toHaveLength(1);
      expect(events.at(-1)?.startsWith(start)).toBe(true);
      const data = JSON.parse(events.at(-1)?.replace(/^(event: error\n)?data: /, '') ?? '');
      expect(data.error).toMatchObject(error);
      expect(data.error.message).not.toBe('');
    });
  });

  test.each(['openai', 'anthropic', 'break', 'routed'])('%s: a whole stream is left as it is', async (route) => {
    const answer = await ask(route, 'whole');
    expect(answer).toMatchObject({ isBroken: false, completion: 'complete' });
    expect(answer.text).not.toContain('"error"');
    expect(answer.text).toMatch(route === 'anthropic' ? /"type":"message_stop"\}\n\n$/ : /data: \[DONE\]\n\n$/);
  });

  test.each(['openai', 'routed'])('%s: JSON that breaks off gets no event', async (route) => {
    servers.of.llm.behave({ cutAfterChunks: 2, bodyBytes: 4_000 });
    const answer = await ask(route, 'json', { stream: false });
    expect(answer).toMatchObject({ isBroken: true, completion: 'cut' });
    expect(answer.text).not.toContain('data:');
  });

  test.each(['break', 'openai', 'routed'])('%s: a client that leaves is told apart', async (route) => {
    servers.of.llm.behave({ chunks: 200, gapMs: 20 });
    const headers = { 'User-Agent': `${route} leaving` };
    const path = `/${route}/v1/chat/completions`;
    const answer = await stream({ port: gateway.port, path, headers, json: { model: 'x', stream: true } });
    for await (const _ of answer) break;
    answer.abort();
    const line = await gateway.logged((found) => found.user_agent === `${route} leaving`);
    expect(line.completion).toBe('client_gone');
    await expect.poll(() => servers.of.llm.requests.at(-1)?.abortedAt, { timeout: 3_000 }).toBeDefined();
  });

  test.each(['break', 'routed'])('%s: a client that leaves before the answer', async (route) => {
    servers.of.llm.behave({ delayMs: 800 });
    const leaving = new AbortController();
    const before = servers.of.llm.requests.length;
    const headers = { 'User-Agent': `${route} impatient` };
    const path = `/${route}/v1/chat/completions`;
    const answer = stream({ port: gateway.port, path, headers, json: { model: 'x' }, signal: leaving.signal });
    answer.catch(() => undefined);
    await servers.of.llm.waitForRequest((found) => servers.of.llm.requests.indexOf(found) >= before);
    leaving.abort();
    const line = await gateway.logged((found) => found.user_agent === `${route} impatient`);
    expect(line).toMatchObject({ status: 499, completion: 'client_gone' });
  });
});
