import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeCertificates } from './certificates.ts';
import { request, stream } from './http-client.ts';
import { type MockModelServer, type MockOptions, startMockModelServer } from './mock-model-server.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

const open: MockModelServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: MockOptions = {}): Promise<MockModelServer> {
  const server = await startMockModelServer(options);
  open.push(server);
  return server;
}

const chat = { model: 'gpt-x', messages: [{ role: 'user', content: 'hello' }] };

test('answers a chat completion and records what it got', async () => {
  const { port, requests, waitForRequest } = await start({ name: 'a' });
  const headers = [
    ['X-Twice', '1'],
    ['x-twice', '2'],
  ] as const;
  const answer = await request({ port, path: '/openai/v1/chat/completions?x=%2F', headers, json: chat });
  expect(answer.status).toBe(200);
  expect(answer.headers['x-mock-server']).toBe('a');
  expect(answer.json()).toMatchObject({
    object: 'chat.completion',
    model: 'gpt-x',
    choices: [{ message: { role: 'assistant' }, finish_reason: 'stop' }],
    usage: { total_tokens: 15 },
    mock: { name: 'a' },
  });
  const recorded = await waitForRequest();
  expect(requests).toEqual([recorded]);
  expect(recorded).toMatchObject({ method: 'POST', url: '/openai/v1/chat/completions?x=%2F' });
  expect(recorded.rawHeaders.slice(1, 3)).toEqual(headers);
  expect(recorded.headers['x-twice']).toBe('1, 2');
  expect(JSON.parse(recorded.body.toString())).toEqual(chat);
  expect(recorded.finishedAt).toBeGreaterThan(recorded.startedAt);
});

test('streams a chat completion as OpenAI does, usage included when asked', async () => {
  const { port } = await start();
  const json = { ...chat, stream: true, stream_options: { include_usage: true } };
  const { text, headers } = await request({ port, path: '/v1/chat/completions', json });
  expect(headers['content-type']).toMatch(/^text\/event-stream/);
  const lines = text.split('\n\n');
  expect(lines.splice(-2)).toEqual(['data: [DONE]', '']);
  const events = lines.map((line) => JSON.parse(line.slice('data: '.length)));
  expect(events.map(({ choices }) => choices[0]?.delta.content ?? choices[0]?.finish_reason ?? 'usage')).toEqual([
    '',
    'token-0 ',
    'token-1 ',
    'token-2 ',
    'token-3 ',
    'stop',
    'usage',
  ]);
  expect(events.at(-1).usage).toEqual({ prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 });
  const without = await request({ port, path: '/v1/chat/completions', json: { ...chat, stream: true } });
  expect(without.text).not.toContain('usage');
});

test('speaks Anthropic, embeddings, models, and echoes the rest', async () => {
  const { port } = await start({ name: 'b' });
  const message = await request({ port, path: '/v1/messages', json: chat });
  expect(message.json()).toMatchObject({ type: 'message', usage: { input_tokens: 11, output_tokens: 4 } });
  const streamed = await request({ port, path: '/v1/messages', json: { ...chat, stream: true } });
  expect(streamed.text.match(/^event: .*$/gm)?.map((line) => line.slice('event: '.length))).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    ...Array(4).fill('content_block_delta'),
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  const embedded = await request({ port, path: '/api/v1/embeddings', json: { input: ['x', 'y'] } });
  expect(embedded.json().data).toHaveLength(2);
  expect((await request({ port, path: '/v1/models' })).json().data[0].id).toBe('mock-model');
  expect((await request({ port, path: '/a%20b?c', method: 'DELETE' })).json()).toMatchObject({
    method: 'DELETE',
    url: '/a%20b?c',
    name: 'b',
  });
});

test('stamps each piece when it leaves, so that lag can be measured', async () => {
  const { port } = await start();
  const headers = { 'x-mock-gap-ms': '60' };
  const chunks = [];
  for await (const chunk of await stream({
    port,
    path: '/v1/chat/completions',
    headers,
    json: { ...chat, stream: true },
  })) {
    const sentAt = [...chunk.text.matchAll(/"sentAt":([\d.]+)/g)].map((match) => Number(match[1]));
    chunks.push(...sentAt.map((time) => ({ time, lag: chunk.at - time })));
  }
  expect(chunks).toHaveLength(4);
  for (const { lag } of chunks) expect(lag).toBeGreaterThanOrEqual(0);
  expect((chunks[3]?.time ?? 0) - (chunks[0]?.time ?? 0)).toBeGreaterThan(170);
});

test.each([
  [{ status: 429 }, 429, '"rate_limit_error"'],
  [{ bodyBytes: 5_000, contentType: 'text/plain' }, 200, 'hello from mockx'],
])('behaves as set: %o', async (behaviour, status, text) => {
  const server = await start();
  server.behave({ ...behaviour, responseHeaders: [['Retry-After', '7']] });
  const answer = await request({ port: server.port, path: '/v1/chat/completions', json: chat });
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(text);
  expect(answer.headers['retry-after']).toBe('7');
  if ('bodyBytes' in behaviour) expect(answer.body).toHaveLength(behaviour.bodyBytes);
  server.behave((_, index) => ({ status: index === 0 ? 503 : 200 }));
  const statuses = [];
  for (let count = 0; count < 2; count += 1)
    statuses.push((await request({ port: server.port, path: '/v1/models' })).status);
  expect(statuses).toEqual([503, 200]);
});

test.each([
  ['drop', { 'x-mock-drop': '1' }],
  ['reset', { 'x-mock-reset': '1' }],
  ['cut', { 'x-mock-cut-after-chunks': '2' }],
])('%s breaks the connection, and is not taken for an abort of the client', async (_, headers) => {
  const { port, requests } = await start();
  await expect(request({ port, path: '/v1/chat/completions', headers, json: chat })).rejects.toThrow(
    /aborted|hang up|RESET/,
  );
  expect(requests[0]?.receivedAt).toBeDefined();
  expect(requests[0]?.abortedAt).toBeUndefined();
});

test('a cut stream delivers the pieces before the cut', async () => {
  const { port } = await start();
  const headers = { 'x-mock-cut-after-chunks': '2' };
  const response = await stream({ port, path: '/v1/chat/completions', headers, json: { ...chat, stream: true } });
  let text = '';
  await expect(async () => {
    for await (const chunk of response) text += chunk.text;
  }).rejects.toThrow('aborted');
  expect(text).toContain('token-1');
  expect(text).not.toContain('token-2');
});

test('a stalled stream stays open until the client gives up, which is recorded', async () => {
  const { port, requests, waitForRequest } = await start();
  const headers = { 'x-mock-stall-after-chunks': '1' };
  const response = await stream({ port, path: '/v1/chat/completions', headers, json: { ...chat, stream: true } });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response) text += chunk.text;
  })();
  await expect.poll(() => text).toContain('token-0');
  await sleep(100);
  expect(text).not.toContain('token-1');
  expect(requests[0]?.abortedAt).toBeUndefined();
  response.abort();
  await expect(reading).rejects.toThrow('aborted');
  const recorded = await waitForRequest(({ abortedAt }) => abortedAt !== undefined);
  expect(recorded.finishedAt).toBeUndefined();
});

test('refuses connections and accepts them again on the same port', async () => {
  const server = await start();
  const { port } = server;
  const headers = { 'x-mock-stall-after-chunks': '1' };
  const stalled = await stream({ port, path: '/v1/chat/completions', headers, json: { ...chat, stream: true } });
  await server.refuse();
  await expect(async () => {
    for await (const _ of stalled);
  }).rejects.toThrow('aborted');
  await expect(request({ port })).rejects.toThrow('ECONNREFUSED');
  await server.accept();
  expect((await request({ port })).status).toBe(200);
});

test('counts connections, not requests', async () => {
  const server = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let count = 0; count < 3; count += 1) await request({ port: server.port, agent });
  expect(server.connections).toBe(1);
  await request({ port: server.port });
  expect(server.connections).toBe(2);
  agent.destroy();
});

test('echoes websocket messages and records the handshake', async () => {
  const server = await start({ name: 'w' });
  const websocket = new WebSocket(`ws://127.0.0.1:${server.port}/v1/realtime?model=x`, ['realtime'], {
    headers: { 'X-A': 'b' },
  });
  const name = new Promise((resolve) => websocket.on('upgrade', ({ headers }) => resolve(headers['x-mock-server'])));
  const echoed = new Promise((resolve) => websocket.on('message', (data) => resolve(data.toString())));
  websocket.on('open', () => websocket.send('hi'));
  expect(await name).toBe('w');
  expect(await echoed).toBe('hi');
  websocket.terminate();
  const recorded = await server.waitForRequest(({ websocket: isWebsocket }) => isWebsocket);
  expect(recorded).toMatchObject({ url: '/v1/realtime?model=x', headers: { upgrade: 'websocket', 'x-a': 'b' } });
});

test('speaks TLS, records server name, protocol and client certificate', async () => {
  await withTemporaryFolder(async (folder) => {
    const { ca, leaves } = await makeCertificates(folder, ['api.openai.com', 'gateway']);
    const server = leaves['api.openai.com'];
    const client = leaves.gateway;
    if (server === undefined || client === undefined) throw new Error('no certificates');
    expect(new X509Certificate(server.cert).subjectAltName).toBe('DNS:api.openai.com, IP Address:127.0.0.1');
    const { port, requests } = await start({ tls: { ...server, ca: ca.cert } });
    const tls = { ca: ca.cert, servername: 'api.openai.com', cert: client.cert, key: client.key };
    expect((await request({ port, tls: { ...tls, maxVersion: 'TLSv1.2' } })).tlsProtocol).toBe('TLSv1.2');
    expect(requests[0]).toMatchObject({ sni: 'api.openai.com', tlsProtocol: 'TLSv1.2', clientCertificate: 'gateway' });
    await expect(request({ port, tls: { ...tls, servername: 'api.example.com' } })).rejects.toThrow('altnames');
    await expect(request({ port, tls: { servername: 'api.openai.com' } })).rejects.toThrow(/certificate/);
  });
});
