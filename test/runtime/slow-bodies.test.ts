import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

/** Sends a byte of a body every 0.2 s until the connection ends; the time that took. */
async function dribble(port: number, path: string): Promise<number> {
  const start = Date.now();
  const socket = connect({ host: '127.0.0.1', port });
  let isOver = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isOver = true;
  });
  socket.resume();
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n`);
  while (!isOver && Date.now() - start < 30_000) {
    socket.write(' ');
    await sleep(200);
  }
  socket.destroy();
  return Date.now() - start;
}

describe.each(nginxReleases)('a body that comes a byte at a time, on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" }, body_timeout: 2s }
upstreams: { llm: ["127.0.0.1:${upstream.port}"], llm2: ["127.0.0.1:${upstream.port}"] }
models: { x: llm }
routes:
  - { path: /open/, upstream: llm, auth: none, strip_prefix: /open }
  - { path: /routed/, upstream: by_model, auth: none, strip_prefix: /routed }
  - { path: /safe/, upstream: llm, fallback: llm2, auth: none, strip_prefix: /safe }
  - { path: /by-model/, upstream: llm, auth: none, strip_prefix: /by-model, match: { model: x } }
`,
    });
  });
  afterAll(() => gateway?.stop());

  test.each(['open', 'routed', 'safe', 'by-model'])(
    '%s: ends in time, and never reaches an upstream',
    async (route) => {
      const before = upstream.requests.length;
      expect(await dribble(gateway.port, `/${route}/v1/chat/completions`)).toBeLessThan(25_000);
      expect(
        await gateway.logged((line) => line.route === route || `${line.path}`.startsWith(`/${route}/`)),
      ).toMatchObject({ status: 408 });
      expect(upstream.requests.length).toBe(before);
      const answer = await gateway.send({ path: `/${route}/v1/chat/completions`, json: { model: 'x', messages: [] } });
      expect(answer.status).toBe(200);
    },
  );
});
