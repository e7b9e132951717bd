import type { DiagnosticCode } from '../../src/diagnostics/codes.ts';

/** One way in which rendered files can be wrong, and what `validate` has to say about it. */
export interface BrokenOutput {
  readonly name: string;
  readonly file: string;
  /** Null removes the file. */
  readonly change: ((text: string) => string) | null;
  readonly code: DiagnosticCode;
  readonly message: RegExp;
  /** The text of the YAML line that is shown; null where the spec has nothing to do with it. */
  readonly at: string | null;
}

/** Every block that comes from the spec is in it at least once, on a line of its own. */
export const spec = `version: 1
resolver: 127.0.0.53
server:
  names: [ai.example.com]
  listen:
    http: 8080
    https: 8443
  tls:
    certificate: ssl/ai.crt
    certificate_key: ssl/ai.key
  trusted_proxies: [10.0.0.0/8]
upstreams:
  llama:
    servers: [127.0.0.1:8000, 127.0.0.1:8001]
    balance: least_conn
    keepalive: 8
  openai:
    provider: openai
    credential: env:OPENAI_API_KEY
routes:
  - name: chat
    path: =/v1/chat/completions
    upstream: llama
    timeouts: { idle: 10m }
    auth: none
  - name: models
    path: /v1/models
    match:
      header: { X-Team: [blue, red] }
    upstream: llama
    auth: none
  - name: openai
    path: /v1/openai/
    upstream: openai
    strip_prefix: /v1/openai
    auth: none
compression:
  gzip: true
`;

const routes = 'conf.d/routes.conf';
const upstreams = 'conf.d/upstreams.conf';
const server = 'conf.d/server.conf';
const maps = 'conf.d/maps.conf';

function replace(from: string | RegExp, to: string): (text: string) => string {
  return (text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`nothing to break: ${from}`);
    return changed;
  };
}

function broken(
  name: string,
  file: string,
  change: BrokenOutput['change'],
  message: RegExp,
  at: string | null,
  code: DiagnosticCode = 'OC5006',
): BrokenOutput {
  return { name, file, change, code, message, at };
}

const idle = '    proxy_read_timeout 10m;';
const chatPath = 'path: =/v1/chat/completions';

export const brokenOutputs: readonly BrokenOutput[] = [
  broken(
    'unknown directive',
    routes,
    replace(idle, '    proxy_raed_timeout 10m;'),
    /unknown directive `proxy_raed_timeout`/,
    '- name: chat',
  ),
  broken(
    'missing closing brace',
    routes,
    replace(/\n\}\n$/, '\n'),
    /unexpected end of file, expecting `}`/,
    '- name: openai',
  ),
  broken('missing opening brace', upstreams, replace('upstream llama {', 'upstream llama'), /upstream/, 'llama:'),
  broken('brace too many', upstreams, replace(/\n\}\n/, '\n}\n}\n'), /unexpected `}`/, 'llama:'),
  broken(
    'missing semicolon',
    routes,
    replace(idle, '    proxy_read_timeout 10m'),
    /invalid number of arguments in `proxy_read_timeout`/,
    '- name: chat',
  ),
  broken(
    'missing semicolon before a brace',
    upstreams,
    replace('keepalive_requests 1000;\n}', 'keepalive_requests 1000\n}'),
    /unexpected `}`/,
    'llama:',
  ),
  broken('unclosed quote', routes, replace(/""(?![\s\S]*")/, '"'), /unexpected end of file/, '- name: openai'),
  broken(
    'wrong context',
    upstreams,
    replace('    least_conn;', '    gzip on;'),
    /`gzip` directive is not allowed here/,
    'llama:',
  ),
  broken(
    'block in the wrong context',
    routes,
    replace(idle, '    upstream inner { server 127.0.0.1; }'),
    /`upstream` directive is not allowed here/,
    '- name: chat',
  ),
  broken(
    'duplicate location',
    routes,
    (text) => `${text}\n# route chat (openclaw.yaml:routes.0)\nlocation = /v1/chat/completions { }\n`,
    /duplicate location/,
    chatPath,
  ),
  broken(
    'duplicate directive',
    routes,
    replace(idle, `${idle}\n${idle}`),
    /`proxy_read_timeout` directive is duplicate/,
    'timeouts: { idle: 10m }',
  ),
  broken(
    'duplicate zone',
    upstreams,
    (text) =>
      text
        .replaceAll(/zone (llama|openai) \S+;/g, 'zone same 300k;')
        .concat(
          '# upstream llama (openclaw.yaml:upstreams.llama)\nupstream third {\n    zone same 64k;\n    server 127.0.0.1;\n}\n',
        ),
    /same/,
    'llama:',
  ),
  broken(
    'duplicate upstream',
    upstreams,
    (text) => `${text}# upstream llama (openclaw.yaml:upstreams.llama)\nupstream llama {\n    server 127.0.0.1;\n}\n`,
    /duplicate upstream `llama`/,
    'llama:',
  ),
  broken(
    'unknown variable',
    routes,
    replace('set $openclaw_route chat;', 'set $openclaw_route $no_such_variable;'),
    /unknown `no_such_variable` variable/,
    '- name: chat',
  ),
  broken(
    'invalid number of arguments',
    server,
    replace('    client_max_body_size ', '    client_max_body_size 1m '),
    /invalid number of arguments in `client_max_body_size`/,
    'server:',
  ),
  broken(
    'invalid value',
    routes,
    replace(idle, '    proxy_read_timeout 10x;'),
    /invalid value/,
    'timeouts: { idle: 10m }',
  ),
  broken(
    'invalid flag',
    'nginx.conf',
    replace('    gzip on;', '    gzip yes;'),
    /invalid value `yes` in `gzip` directive/,
    'compression:',
  ),
  broken(
    'bad regular expression',
    maps,
    replace(/"~\\\\Ablue\\\\z"|~\\\\Ablue\\\\z|"~\\Ablue\\z"/, '"~(blue"'),
    /pcre.*failed/i,
    'header: { X-Team: [blue, red] }',
  ),
  broken(
    'unknown upstream parameter',
    upstreams,
    replace('server 127.0.0.1:8000;', 'server 127.0.0.1:8000 wieght=3;'),
    /invalid parameter `wieght=3`/,
    'servers: [127.0.0.1:8000, 127.0.0.1:8001]',
  ),
  broken(
    'port out of range',
    upstreams,
    replace('server 127.0.0.1:8000;', 'server 127.0.0.1:99999;'),
    /invalid port in upstream/,
    'servers: [127.0.0.1:8000, 127.0.0.1:8001]',
  ),
  broken(
    'upstream without a server',
    upstreams,
    (text) => text.replaceAll(/ {4}server 127\.0\.0\.1:800\d;\n/g, ''),
    /no servers are inside upstream/,
    'llama:',
  ),
  broken(
    'host not found',
    'conf.d/proxy/llama.conf',
    replace('http://llama', 'http://no-such-host.invalid'),
    /host not found in upstream `no-such-host.invalid`/,
    'llama:',
  ),
  broken(
    'missing certificate',
    server,
    replace(/ssl_certificate \S+;/, ''),
    /no `ssl_certificate` is defined/,
    'server:',
  ),
  broken(
    'missing certificate key',
    server,
    replace(/ssl_certificate_key \S+;/, ''),
    /no `ssl_certificate_key` is defined/,
    null,
  ),
  broken('unknown TLS protocol', server, replace('TLSv1.3', 'TLSv9'), /invalid value `TLSv9`/, 'tls:'),
  broken(
    'unknown listen parameter',
    server,
    replace(/(# server[\s\S]*?listen 8443 ssl)/, '$1 fastopne'),
    /invalid parameter `fastopne`/,
    'listen:',
  ),
  broken(
    'missing include',
    'conf.d/proxy/llama.conf',
    null,
    /open\(\).*conf\.d\/proxy\/llama\.conf.*failed/,
    '- name: chat',
  ),
  broken('missing include of the main file', 'conf.d/maps.conf', null, /conf\.d\/maps\.conf/, null),
  broken(
    'unknown log format',
    'nginx.conf',
    replace(/access_log (\S+) openclaw;/, 'access_log $1 opnclaw;'),
    /unknown log format `opnclaw`/,
    null,
  ),
  broken(
    'invalid address range',
    'nginx.conf',
    replace('set_real_ip_from 10.0.0.0/8;', 'set_real_ip_from 10.0.0.0/99;'),
    /`10\.0\.0\.0\/99`/,
    'trusted_proxies: [10.0.0.0/8]',
  ),
  broken(
    'missing module',
    'nginx.conf',
    replace('ngx_http_lua_module.so', 'ngx_http_no_module.so'),
    /dlopen\(\)/,
    null,
  ),
  broken(
    'duplicate server name',
    server,
    replace(/(# server[\s\S]*?server_name) ai\.example\.com;/, '$1 ai.example.com ai.example.com;'),
    /conflicting server name `ai.example.com`/,
    'names: [ai.example.com]',
    'OC5007',
  ),
  broken(
    'bad Lua in an access script',
    'lua/access/openai.lua',
    (text) => `${text}local = 1\n`,
    /<name> expected near '='|unexpected symbol|expected near/,
    'openai:',
    'OC5008',
  ),
  broken(
    'bad Lua in a module',
    'lua/openclaw/core/query.lua',
    (text) => `${text}end\n`,
    /'<eof>' expected near 'end'/,
    null,
    'OC5008',
  ),
  broken(
    'a Lua module that does not load',
    'lua/openclaw/core/query.lua',
    (text) => `require "no.such.module"\n${text}`,
    /module 'no.such.module' not found/,
    null,
    'OC5008',
  ),
  broken(
    'a start that never answers',
    server,
    replace('location = /openclaw/health {', 'location = /openclaw/sick {'),
    /does not answer/,
    null,
    'OC5009',
  ),
  broken(
    'an error in init_by_lua',
    'lua/init.lua',
    (text) => `${text}error("cannot start")\n`,
    /cannot start/,
    null,
    'OC5009',
  ),
];
