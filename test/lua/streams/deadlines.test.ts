import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Certificates, makeCertificates } from '../../helpers/certificates.ts';
import { now } from '../../helpers/clock.ts';
import { freePort } from '../../helpers/free-port.ts';
import { stream } from '../../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { type ScriptedServer, startScriptedServer } from '../net/scripted-server.ts';
import { type StreamGateway, startStreamGateway } from './stream-gateway.ts';

let certificates: Certificates;
let upstream: MockModelServer;
let secure: MockModelServer;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.test']));
  const leaf = certificates.leaves['ai.test'];
  upstream = await startMockModelServer();
  secure = await startMockModelServer({ tls: { cert: leaf?.cert ?? '', key: leaf?.key ?? '' } });
});
afterAll(() => Promise.all([upstream.close(), secure.close()]));

type Mock = Readonly<Record<string, string | number>>;

// These wait nearly all the time, so they run beside each other.
describe.concurrent.each(nginxReleases)('time limits on nginx %s', (release) => {
  let gateway: StreamGateway;
  let local: Server;
  let mute: Server;
  let endless: ScriptedServer;
  beforeAll(async () => {
    const endlessPort = await freePort();
    const mutePort = await freePort();
    mute = createServer().on('upgrade', (_, socket) => {
      socket.resume().write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    mute.listen(mutePort, '127.0.0.1');
    const to = `http://127.0.0.1:${upstream.port}/`;
    const first = { limits: '{ read = 60, first_byte = 1.5, idle = 60 }' };
    gateway = await startStreamGateway({
      release,
      routes: {
        first: { upstream: to, ...first },
        kept: { upstream: 'http://kept/', ...first },
        tls: { upstream: `https://127.0.0.1:${secure.port}/`, ...first },
        unix: { upstream: 'http://unix:/run/local.sock:/', ...first },
        idle: { upstream: to, limits: '{ read = 60, first_byte = 60, idle = 1.5 }' },
        endless: { upstream: `http://127.0.0.1:${endlessPort}/`, limits: '{ read = 60, idle = 1.5 }' },
        gathered: {
          upstream: `http://127.0.0.1:${endlessPort}/`,
          limits: '{ read = 60, idle = 1.5 }',
          more: 'proxy_buffering on;',
        },
        mute: {
          upstream: `http://127.0.0.1:${mutePort}/`,
          limits: '{ read = 60, idle = 1.5 }',
          more: 'proxy_set_header Upgrade websocket; proxy_set_header Connection upgrade;',
        },
        collected: { upstream: to, limits: '{ read = 60, idle = 1.5 }', more: 'proxy_buffering on;' },
        total: {
          upstream: to,
          limits: '{ read = 60, total = 2, event = true }',
          more: 'error_page 502 504 = @failed;',
        },
        realtime: {
          upstream: to,
          limits: '{ read = 60, idle = 1.5 }',
          more: 'proxy_set_header Upgrade websocket; proxy_set_header Connection upgrade;',
        },
        attempts: { upstream: to, limits: '{ read = 60, first_byte = 1, total = 1.6 }' },
      },
      http: `upstream kept { server 127.0.0.1:${upstream.port}; keepalive 8; }`,
      server: `recursive_error_pages on;
      location @failed {
        content_by_lua_block {
          local expired = require("openclaw.streams.deadlines").expired()
          ngx.status = expired == "total" and 504 or 502
          ngx.print(expired)
        }
      }
      location /twice/ {
        set $openclaw_route attempts;
        set $expired "";
        set $address $uri;
        access_by_lua_block {
          package.loaded.test_state = {}
          return ngx.exec("@attempt")
        }
      }
      location @attempt {
        rewrite ^/twice(?<rest>/.*)$ $rest break;
        access_by_lua_block {
          local state = package.loaded.test_state
          ngx.var.expired = ngx.var.expired .. "/" .. (state.deadline and state.deadline.expired or "none")
          ngx.req.set_uri("/v1/chat/completions")
          require("openclaw.streams.deadlines").begin(state, "attempts")
        }
        proxy_read_timeout 60s;
        error_page 502 504 = @next;
        proxy_pass ${to.slice(0, -1)};
      }
      location @next {
        access_by_lua_block {
          local state = package.loaded.test_state
          if state.deadline.expired == "total" then
            ngx.status = 504
            ngx.print(ngx.var.expired, "/", require("openclaw.streams.deadlines").expired())
            return ngx.exit(504)
          end
          return ngx.exec("@attempt")
        }
      }`,
    });
    endless = await startScriptedServer({
      port: endlessPort,
      answer: ({ path }) =>
        path === '/drip'
          ? {
              parts: ['HTTP/1.0 200 OK\r\n\r\n', 'x'.repeat(20_000_000), ...Array(8).fill([200, 'y']).flat()],
              end: 'close',
            }
          : { parts: ['HTTP/1.0 200 OK\r\n\r\n', 'data: 1\n\n'], end: 'hang' },
    });
    local = createServer((_, response) => response.flushHeaders());
    const path = gateway.locate('/run/local.sock');
    local.listen(path);
    await once(local, 'listening');
    await chmod(path, 0o777);
  });
  afterAll(async () => {
    await gateway?.stop();
    await endless?.stop();
    mute?.closeAllConnections();
    mute?.close();
    local?.closeAllConnections();
    local?.close();
  });

  let count = 0;
  function ask(route: string, mock: Mock) {
    const id = `${release}-${route}-${count++}`;
    const headers = Object.fromEntries(Object.entries(mock).map(([name, value]) => [`x-mock-${name}`, String(value)]));
    return {
      id,
      options: {
        port: gateway.port,
        path: `/${route}/v1/chat/completions`,
        json: { model: 'mock-model', stream: true, messages: [] },
        headers: { 'X-Id': id, ...headers },
      },
    };
  }
  async function take(route: string, mock: Mock) {
    const { id, options } = ask(route, mock);
    const begun = now();
    let text = '';
    let isWhole = true;
    let status = 0;
    try {
      const answer = await stream(options);
      status = answer.status;
      for await (const piece of answer) text += piece.text;
    } catch {
      isWhole = false;
    }
    const seconds = (now() - begun) / 1000;
    return { status, text, isWhole, seconds, outcome: await gateway.outcome(id), id };
  }
  /** That long, and not as long as anything else here takes: the rest is what a busy machine may add. */
  const within = (seconds: number, from: number) => {
    expect(seconds).toBeGreaterThan(from - 0.05);
    expect(seconds).toBeLessThan(from + 5);
  };

  test.for(['first', 'kept', 'tls'])(
    '/%s/: no first byte in time ends the attempt, at both ends',
    async (route, { expect }) => {
      const server = route === 'tls' ? secure : upstream;
      const tries = route === 'kept' ? 3 : 1;
      for (let index = 0; index < tries; index += 1) {
        if (route === 'kept') expect((await take(route, { chunks: 1 })).outcome).toBe('complete');
        const answer = await take(route, { 'delay-ms': 20_000 });
        expect(answer).toMatchObject({ status: 502, outcome: '-' });
        within(answer.seconds, 1.5);
        const seen = await server.waitForRequest(({ headers }) => headers['x-id'] === answer.id);
        await expect.poll(() => seen.abortedAt, { timeout: 10_000 }).toBeDefined();
      }
    },
  );

  test.each(['first', 'kept', 'tls'])('/%s/: gaps may be longer than the wait for the first byte', async (route) => {
    expect(await take(route, { chunks: 3, 'gap-ms': 2_000 })).toMatchObject({ isWhole: true, outcome: 'complete' });
  });

  test('the wait for the first byte counts from when the request was sent', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const id = `${release}-upload`;
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    const body = JSON.stringify({ model: 'mock-model', stream: true, messages: [] });
    socket.write(`POST /first/v1/chat/completions HTTP/1.1\r\nHost: a\r\nX-Id: ${id}\r\nx-mock-delay-ms: 300\r\n`);
    socket.write(`Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
    await sleep(2_000);
    socket.write(body.slice(5));
    await once(socket, 'close');
    expect(answer).toContain('[DONE]');
    expect(await gateway.outcome(id)).toBe('complete');
  });

  test('a header that comes in time is enough, also over a unix socket', async () => {
    const { id, options } = ask('unix', {});
    const answer = await stream(options);
    await sleep(2_000);
    answer.abort();
    expect(await gateway.outcome(id)).toBe('client_gone');
    local.removeAllListeners('request').on('request', () => undefined);
    const silent = await take('unix', {});
    expect(silent.status).toBe(502);
    within(silent.seconds, 1.5);
  });

  test('silence in a stream ends it, and the wait for its first byte may be longer', async () => {
    const answer = await take('idle', { 'delay-ms': 2_000, chunks: 9, 'gap-ms': 5, 'stall-after-chunks': 3 });
    expect(answer).toMatchObject({ status: 200, isWhole: false, outcome: 'stalled' });
    expect(answer.text).toContain('token-2');
    within(answer.seconds, 3.5);
  });

  test('an answer that lasts until its upstream closes is not whole when silence ended it', async () => {
    const answer = await take('endless', {});
    expect(answer).toMatchObject({ text: 'data: 1\n\n', isWhole: false, outcome: 'stalled' });
  });

  test.each(['idle', 'collected'])('/%s/: a slow drip lives', async (route) => {
    const answer = await take(route, { chunks: 6, 'gap-ms': 500 });
    expect(answer).toMatchObject({ isWhole: true, outcome: 'complete' });
    expect(answer.text).toContain('[DONE]');
  });

  test.each(['endless', 'gathered'])('/%s/: a slow client is no silent upstream', async (route) => {
    const id = `${release}-${route}-drip`;
    const socket = connect({ port: gateway.port, host: '127.0.0.1' });
    socket.write(`GET /${route}/drip HTTP/1.1\r\nHost: a\r\nX-Id: ${id}\r\nConnection: close\r\n\r\n`);
    await once(socket, 'readable');
    await sleep(3_000);
    let drops = 0;
    socket.setEncoding('latin1').on('data', (piece: string) => {
      drops += piece.match(/y/g)?.length ?? 0;
    });
    await once(socket, 'close');
    expect(drops).toBe(8);
    expect(await gateway.outcome(id)).toBe('complete');
  });

  test('no drip lives longer than the whole answer may take', async () => {
    const answer = await take('total', { chunks: 100, 'gap-ms': 100 });
    expect(answer).toMatchObject({ status: 200, isWhole: false, outcome: 'stalled' });
    expect(answer.text).toContain('token-7');
    expect(answer.text).toContain('This stream took longer than the gateway allows.');
    within(answer.seconds, 2);
  });

  test('the whole answer may be over before its first byte', async () => {
    const answer = await take('total', { 'delay-ms': 20_000 });
    expect(answer).toMatchObject({ status: 504, text: 'total' });
    within(answer.seconds, 2);
  });

  test('each attempt has its own wait for the first byte, and all of them together one time', async () => {
    const answer = await take('twice', { 'delay-ms': 20_000 });
    expect(answer).toMatchObject({ status: 504, text: '/none/first_byte/total' });
    within(answer.seconds, 1.6);
  });

  test('when the client leaves, the upstream is told at once', async ({ expect }) => {
    const { id, options } = ask('idle', { chunks: 10, 'stall-after-chunks': 1 });
    const answer = await stream(options);
    for await (const _ of answer) break;
    const left = now();
    answer.abort();
    const seen = await upstream.waitForRequest(({ headers }) => headers['x-id'] === id);
    await expect.poll(() => seen.abortedAt, { timeout: 10_000, interval: 5 }).toBeDefined();
    expect((seen.abortedAt ?? 0) - left).toBeLessThan(1_000);
    expect(await gateway.outcome(id)).toBe('client_gone');
  });

  test('a websocket is silent when neither side says anything', async () => {
    const id = `${release}-realtime`;
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/realtime/`, [], { headers: { 'X-Id': id } });
    await once(socket, 'open');
    let silent = now();
    for (let index = 0; index < 6; index += 1) {
      socket.send('ping');
      await once(socket, 'message');
      silent = now();
      await sleep(400);
    }
    await once(socket, 'close');
    within((now() - silent) / 1000, 1.5);
    expect(await gateway.outcome(id)).toBe('stalled');
  });

  test('a websocket lives while only the client talks', async () => {
    const id = `${release}-mute`;
    const socket = connect({ port: gateway.port, host: '127.0.0.1' });
    socket.write(`GET /mute/ HTTP/1.1\r\nHost: a\r\nX-Id: ${id}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await once(socket, 'data');
    const closed = once(socket, 'close');
    for (let index = 0; index < 6; index += 1) {
      socket.write('word');
      await sleep(400);
    }
    expect(socket.readableEnded).toBe(false);
    socket.resume();
    await closed;
    expect(await gateway.outcome(id)).toBe('stalled');
  });

  test('a websocket that is closed is complete', async () => {
    const id = `${release}-realtime-closed`;
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/realtime/`, [], { headers: { 'X-Id': id } });
    await once(socket, 'open');
    socket.close();
    expect(await gateway.outcome(id)).toBe('complete');
  });
});
