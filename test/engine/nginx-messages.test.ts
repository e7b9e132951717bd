import { expect, test } from 'vitest';
import { readNginxMessages } from '../../src/engine/nginx-messages.ts';

const folder = '/tmp/openclaw-validate-8443c3b1-b7a6-4166-ab16-6dd35255fa44';

test.each<[string, string, ReturnType<typeof readNginxMessages>]>([
  [
    'a place in a container',
    'nginx: [emerg] unknown directive "x" in /tmp/openclaw/./conf.d/routes.conf:4',
    [{ level: 'emerg', text: 'unknown directive "x"', file: 'conf.d/routes.conf', line: 4 }],
  ],
  [
    'a place in a folder',
    `2026/01/01 00:00:00 [warn] 12#12: *3 conflicting server name in ${folder}/nginx.conf:9`,
    [{ level: 'warn', text: 'conflicting server name', file: 'nginx.conf', line: 9 }],
  ],
  [
    'a module below a folder of our name',
    '2026/01/01 00:00:00 [error] 1#1: init_by_lua_file error: /tmp/openclaw/lua/openclaw/upstreams/hosts.lua:3: boom',
    [{ level: 'error', text: 'init_by_lua_file error: lua/openclaw/upstreams/hosts.lua:3: boom' }],
  ],
  [
    'a module whose name LuaJIT cut',
    '2026/01/01 00:00:00 [error] 1#1: init_by_lua_file error: ...14-940c-6471021c2d6a/lua/openclaw/credentials/credential_source.lua:41: boom',
    [{ level: 'error', text: 'init_by_lua_file error: lua/openclaw/credentials/credential_source.lua:41: boom' }],
  ],
  [
    'a socket that stands for an address',
    `nginx: [emerg] bind() to unix:./127.0.0.1_8080.sock failed`,
    [{ level: 'emerg', text: 'bind() to 127.0.0.1:8080 failed' }],
  ],
  ['the same twice', 'nginx: [warn] twice\nnginx: [warn] twice', [{ level: 'warn', text: 'twice' }]],
  [
    'what a trial says of itself',
    'nginx: [warn] the "user" directive makes sense only if the master process runs with super-user privileges',
    [],
  ],
])('%s', (_name, output, want) => {
  expect(readNginxMessages(output)).toEqual(want);
});
