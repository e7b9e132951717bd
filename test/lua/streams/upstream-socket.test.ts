import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { now } from '../../helpers/clock.ts';
import { request } from '../../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type StreamGateway, startStreamGateway } from './stream-gateway.ts';

const original = new URL('../../../templates/lua/openclaw/streams/own_memory.lua', import.meta.url);

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe.each(nginxReleases)('nginx %s', (release) => {
  let ownMemory: string;
  beforeAll(async () => {
    ownMemory = await readFile(original, 'utf8');
  });

  /** nginx, with `alter` between its memory and who reads it: `address`, `target` and `is_read` as read() has them. */
  async function start(alter: string): Promise<[StreamGateway, MockModelServer]> {
    const upstream = await startMockModelServer();
    stops.push(upstream.close);
    const gateway = await startStreamGateway({
      release,
      routes: {
        limited: {
          upstream: `http://127.0.0.1:${upstream.port}/`,
          limits: '{ read = 2, first_byte = 0.3, idle = 0.3 }',
          read: '2s',
        },
      },
      server: `location = /find {
        content_by_lua_block {
          local socket = require("openclaw.streams.upstream_socket")
          local addresses = { 0, 1, 4096, 0x7fffffffe000, 0xffffffffff000, socket.current(), socket.current() + 8 }
          for _, address in ipairs(addresses) do
            ngx.print(tostring((socket.find(address))), " ", tostring(socket.shut(address)), " ")
          end
        }
      }`,
      files: {
        'lua/openclaw/real_memory.lua': ownMemory,
        'lua/openclaw/streams/own_memory.lua': `local ffi = require "ffi"
local real = require "openclaw.real_memory"
local elsewhere = ffi.new("uint8_t[16]", { 2, 0, 0, 9, 127, 0, 0, 1 })
return { read = function(address, target, size)
  local is_read = real.read(address, target, size)
  ${alter}
  return is_read
end }
`,
      },
    });
    stops.push(gateway.stop);
    return [gateway, upstream];
  }
  async function ask(gateway: StreamGateway, headers: Readonly<Record<string, string>>) {
    const begun = now();
    const path = '/limited/v1/chat/completions';
    const answer = await request({ port: gateway.port, path, json: { stream: false }, headers });
    return { status: answer.status, seconds: (now() - begun) / 1000 };
  }

  test('what is no request has no socket, and looking for one harms nobody', async () => {
    const [gateway] = await start('');
    const before = await gateway.workerPids();
    const { text } = await request({ port: gateway.port, path: '/find' });
    expect(text).toBe('nil false '.repeat(7));
    expect(await gateway.workerPids()).toEqual(before);
  });

  test('a build without cache keeps its upstream one field before', async () => {
    const [gateway] = await start(`if is_read and pcall(function() return target.cache end) then
      target.cache, target.upstream = target.upstream, ffi.cast("void *", elsewhere)
    end`);
    const answer = await ask(gateway, { 'x-mock-delay-ms': '4000' });
    expect(answer.status).toBe(502);
    expect(answer.seconds).toBeLessThan(0.7);
  });

  test.each([
    ['leads elsewhere', 'address', 'elsewhere'],
    ['is that of another request', 'data', 'elsewhere'],
    ['comes from what is no request', 'signature', '1'],
  ])('a socket that %s is left alone', async (_, field, value) => {
    const [gateway] = await start(`if is_read and pcall(function() return target.${field} end) then
      target.${field} = ${value}
    end`);
    expect((await ask(gateway, { 'x-mock-delay-ms': '800' })).status).toBe(200);
  });

  test.each([
    ['is forbidden', 'is_read = nil', 1],
    ['shows something else', 'is_read = false', 20],
  ])('where looking %s, nginx itself keeps the larger limit, and the log says so once', async (_, alter, requests) => {
    const [gateway] = await start(alter);
    for (let index = 0; index < requests; index += 1) expect((await ask(gateway, {})).status).toBe(200);
    expect((await ask(gateway, { 'x-mock-delay-ms': '800' })).status).toBe(200);
    const silent = await ask(gateway, { 'x-mock-delay-ms': '4000' });
    expect(silent.status).toBe(504);
    expect(silent.seconds).toBeGreaterThan(1.5);
    expect((await gateway.errorLog()).match(/\[error\].*this nginx does not allow/g)).toHaveLength(1);
  });
});
