import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

describe.each(nginxReleases)('answers of the gateway on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{}',
      server: `error_page 429 502 503 = @other;
        location @other { return 200 "from somewhere else"; }
        location /refused {
          access_by_lua_block {
            local message = 'say "no" \\\\ ' .. string.char(0, 1, 8, 9, 10, 12, 13, 31, 127) .. ' \u00fc </script>'
            require("openclaw.core.respond").error(429, "rate_limit_error", nil, message)
          }
          content_by_lua_block { ngx.say("never") }
        }
        location / { content_by_lua_block { ngx.say("next ", ngx.var.uri) } }`,
    });
  });
  afterAll(() => gateway?.stop());

  test('are JSON in the shape of OpenAI, whatever the message holds, and no error_page takes them', async () => {
    const response = await fetch(`${gateway.url}/refused`);
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      error: {
        message: 'say "no" \\ \0\x01\b\t\n\f\r\x1f\x7f \u00fc </script>',
        type: 'rate_limit_error',
        param: null,
        code: null,
      },
    });
  });

  test('leave no byte of the request body behind on a kept connection', async () => {
    const body = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
    const socket = connect(gateway.port, '127.0.0.1').setEncoding('latin1');
    let text = '';
    socket.on('data', (part: string) => {
      text += part;
    });
    socket.write(`POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    socket.write('GET /after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await once(socket, 'close');
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 429', 'HTTP/1.1 200']);
    expect(text).toContain('next /after');
  });
});
