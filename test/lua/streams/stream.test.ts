import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { request, stream } from '../../helpers/http-client.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '../net/scripted-server.ts';
import { type StreamGateway, startStreamGateway } from './stream-gateway.ts';

const sse = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const last = '0\r\n\r\n';
const one = chunk('data: {"n":1}\n\n');
const plain = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
const zipped = gzipSync('data: {"n":1}\n\n', { level: 0 }).toString('latin1');

/** What the upstream does, by the last part of the path. */
const answers: Readonly<Record<string, ScriptedAnswer>> = {
  whole: { parts: [sse, one, 50, one, last], end: 'hang' },
  cut: { parts: [sse, one, 50], end: 'close' },
  'cut-at-once': { parts: [sse, 50], end: 'close' },
  'cut-in-the-middle': { parts: [sse, chunk('data: {"n"'), 50], end: 'close' },
  'cut-after-crlf': { parts: [sse, chunk('data: 1\r\n\r'), chunk('\n'), 50], end: 'close' },
  reset: { parts: [sse, one, 50], end: 'reset' },
  stall: { parts: [sse, one], end: 'hang' },
  'stall-at-once': { parts: [sse], end: 'hang' },
  'counted-whole': { parts: [`${plain}Content-Length: 4\r\n\r\nab`, 50, 'cd'], end: 'hang' },
  'counted-short': { parts: [`${plain}Content-Length: 9\r\n\r\nab`, 50, 'cd'], end: 'close' },
  'counted-event': {
    parts: ['HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\nab', 50],
    end: 'close',
  },
  'until-close': { parts: ['HTTP/1.0 200 OK\r\n\r\n', 'abc', 50], end: 'close' },
  'until-reset': { parts: ['HTTP/1.0 200 OK\r\n\r\n', 'abc', 50], end: 'reset' },
  json: {
    parts: ['HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n', chunk('{'), 50],
    end: 'close',
  },
  'zipped-cut': {
    parts: [
      sse.replace('\r\n\r\n', '\r\nContent-Encoding: gzip\r\n\r\n'),
      `${zipped.length.toString(16)}\r\n${zipped}\r\n`,
      50,
    ],
    end: 'close',
  },
  head: { parts: [`${plain}Content-Length: 4\r\n\r\n`], end: 'hang' },
  'no-content': { parts: ['HTTP/1.1 204 Nothing\r\n\r\n'], end: 'hang' },
  'not-modified': { parts: ['HTTP/1.1 304 Same\r\nETag: "x"\r\n\r\n'], end: 'hang' },
  error: { parts: ['HTTP/1.1 429 Slow\r\nContent-Length: 2\r\n\r\n{}'], end: 'hang' },
  nothing: { parts: [50], end: 'close' },
  silent: { parts: [], end: 'hang' },
};

let upstream: ScriptedServer;
beforeAll(async () => {
  upstream = await startScriptedServer({
    port: await freePort(),
    answer: ({ path }) => answers[path.slice(path.lastIndexOf('/') + 1)] ?? { parts: [], end: 'reset' },
  });
});
afterAll(() => upstream.stop());

describe.each(nginxReleases)('how a stream ended, on nginx %s', (release) => {
  let gateway: StreamGateway;
  beforeAll(async () => {
    const to = { upstream: `http://127.0.0.1:${upstream.port}/`, read: '1s' };
    const events = { ...to, limits: '{ read = 1, event = true }' };
    gateway = await startStreamGateway({
      release,
      routes: {
        plain: { ...to, limits: '{ read = 1 }' },
        collected: { ...to, limits: '{ read = 1 }', more: 'proxy_buffering on;' },
        openai: events,
        anthropic: { ...events, api: 'anthropic' },
        gemini: { ...events, api: 'gemini' },
        gathered: { ...events, more: 'proxy_buffering on;' },
        zipping: { ...events, more: 'gzip on; gzip_types text/event-stream text/plain; gzip_min_length 0;' },
        mirrored: { ...to, limits: '{ read = 1 }', more: 'mirror /copy;' },
        refused: { upstream: 'http://127.0.0.1:9/' },
      },
      server: `location = /copy {
        internal;
        header_filter_by_lua_file lua/header_filter.lua;
        body_filter_by_lua_file lua/body_filter.lua;
        proxy_pass http://127.0.0.1:${upstream.port}/cut;
      }
      location /own/ {
        set $openclaw_route own;
        header_filter_by_lua_file lua/header_filter.lua;
        body_filter_by_lua_file lua/body_filter.lua;
        return 200 own;
      }`,
    });
  });
  afterAll(() => gateway?.stop());

  const protocols = [
    ['HTTP/1.1', () => ({ port: gateway.port })],
    ['HTTP/2', () => ({ port: gateway.http2Port, http2: true })],
  ] as const;

  describe.each(protocols)('%s', (protocol, connection) => {
    async function ask(path: string, method = 'GET') {
      const id = `${protocol}${path}-${Math.random()}`;
      let text = '';
      let isWhole = true;
      const options = { ...connection(), path, method, headers: { 'X-Id': id, 'Accept-Encoding': 'gzip' } };
      try {
        for await (const piece of await stream(options)) text += piece.text;
      } catch {
        isWhole = false;
      }
      return { text, isWhole, outcome: await gateway.outcome(id) };
    }

    test.each([
      ['/plain/whole', 'complete', true],
      ['/plain/cut', 'cut', false],
      ['/plain/cut-at-once', 'cut', false],
      ['/plain/reset', 'cut', false],
      ['/plain/stall', 'stalled', false],
      ['/plain/stall-at-once', 'stalled', false],
      ['/plain/counted-whole', 'complete', true],
      ['/plain/counted-short', 'cut', false],
      ['/plain/until-close', 'complete', true],
      ['/plain/until-reset', 'cut', false],
      ['/plain/no-content', 'complete', true],
      ['/plain/not-modified', 'complete', true],
      ['/plain/error', 'complete', true],
      ['/collected/whole', 'complete', true],
      ['/collected/cut', 'cut', false],
      ['/collected/cut-at-once', 'cut', false],
      ['/collected/stall', 'stalled', false],
      ['/collected/counted-short', 'cut', false],
      ['/zipping/whole', 'complete', true],
      ['/zipping/counted-whole', 'complete', true],
      ['/zipping/stall', 'stalled', false],
      ['/mirrored/whole', 'complete', true],
      ['/plain/nothing', '-', true],
      ['/plain/silent', '-', true],
      ['/refused/x', '-', true],
      ['/own/x', '-', true],
    ])('%s: %s', async (path, want, isWhole) => {
      const answer = await ask(path);
      expect([answer.outcome, answer.isWhole]).toEqual([want, isWhole]);
    });

    test('HEAD: complete', async () => {
      expect((await ask('/plain/head', 'HEAD')).outcome).toBe('complete');
    });

    test.each(['whole', 'stall', 'silent'])('%s, and the client leaves: client_gone', async (name) => {
      const id = `${protocol}-${name}-left`;
      const leaving = new AbortController();
      const options = { ...connection(), path: `/plain/${name}`, headers: { 'X-Id': id }, signal: leaving.signal };
      const answer = stream(options).then(async (opened) => {
        for await (const _ of opened) break;
        opened.abort();
      });
      setTimeout(() => leaving.abort(), 100);
      await answer.catch(() => undefined);
      expect(await gateway.outcome(id)).toBe('client_gone');
    });

    const cut = { message: 'The upstream broke off this stream.' };
    const openAi = `data: ${JSON.stringify({ error: { ...cut, type: 'server_error', param: null, code: 'stream_cut' } })}\n\n`;
    test.each([
      ['/openai/cut', `data: {"n":1}\n\n${openAi}`],
      ['/openai/cut-at-once', openAi],
      ['/openai/cut-in-the-middle', `data: {"n"\n\n${openAi}`],
      ['/openai/cut-after-crlf', `data: 1\r\n\r\n${openAi}`],
      [
        '/openai/stall',
        `data: {"n":1}\n\n${openAi.replace('cut', 'stalled').replace(cut.message, 'The upstream sent nothing more of this stream in time.')}`,
      ],
      ['/gathered/cut', `data: {"n":1}\n\n${openAi}`],
      ['/gathered/cut-at-once', openAi],
      [
        '/anthropic/reset',
        `data: {"n":1}\n\nevent: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'api_error', ...cut } })}\n\n`,
      ],
      [
        '/gemini/cut',
        `data: {"n":1}\n\ndata: ${JSON.stringify({ error: { code: 502, ...cut, status: 'UNAVAILABLE' } })}\n\n`,
      ],
    ])('%s: an error event, and then the transfer breaks', async (path, text) => {
      expect(await ask(path)).toMatchObject({ text, isWhole: false });
    });

    test.each([
      ['/openai/json', '{'],
      ['/openai/counted-event', 'ab'],
      ['/openai/zipped-cut', Buffer.from(zipped, 'latin1').toString()],
      ['/plain/cut', 'data: {"n":1}\n\n'],
    ])('%s: no event is added', async (path, text) => {
      expect(await ask(path)).toMatchObject({ text, isWhole: false, outcome: 'cut' });
    });

    test('a whole stream is passed on as it is', async () => {
      const answer = await request({ ...connection(), path: '/openai/whole' });
      expect(answer.text).toBe('data: {"n":1}\n\ndata: {"n":1}\n\n');
    });
  });
});
