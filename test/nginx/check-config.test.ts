import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../src/nginx/check-config.ts';
import type { NginxPlatform } from '../../src/nginx/platform.ts';

const bookworm: NginxPlatform = {
  version: [1, 22, 1],
  modules: ['http_v2', 'lua', 'brotli'],
  luaVersion: [0, 10, 23],
  opensslVersion: null,
};
const trixie: NginxPlatform = {
  version: [1, 26, 3],
  modules: ['http_v2', 'http_v3', 'lua', 'brotli'],
  luaVersion: [0, 10, 28],
  opensslVersion: null,
};
const newest: NginxPlatform = { ...trixie, version: [1, 31, 4], luaVersion: [0, 10, 32], opensslVersion: null };
const plain: NginxPlatform = { version: [1, 30, 0], modules: [], luaVersion: null, opensslVersion: null };

function check(files: Readonly<Record<string, string>>, platform: NginxPlatform = trixie): string[] {
  const problems = checkConfig({ files: new Map(Object.entries(files)), main: 'nginx.conf', platform });
  return problems.map(({ code, message, file, line }) => `${code} ${file}:${line} ${message}`);
}

const main = (text: string) => ({ 'nginx.conf': `events {}\n${text}` });
const http = (text: string) => main(`http {\n${text}\n}`);
const server = (text: string) => http(`server {\n${text}\n}`);
const location = (text: string) => server(`location / {\n${text}\n}`);

describe('accepts', () => {
  test.each<[name: string, files: Readonly<Record<string, string>>, platform?: NginxPlatform]>([
    ['an empty gateway', main('http { server { listen 127.0.0.1:80; location / { return 204; } } }')],
    [
      'every place for rewrite directives',
      server('set $a 1; if ($a) { set $b 1; return 403; } location / { if ($a = "x") { break; } }'),
    ],
    ['upstream lines', http('upstream a { zone a 64k; server 127.0.0.1:1 max_fails=0; keepalive 8; }')],
    [
      'entries of every kind',
      {
        ...http(`
          map $a $b { hostnames; volatile; default 0; a 1; ~a 2; ~a 3; include more; }
          geo $c { ranges; default 0; 1.1.1.1-1.1.1.2 1; }
          split_clients $a $d { 1% x; * ""; }
          types { text/html html htm; }
        `),
        more: 'b 1;',
      },
    ],
    [
      'two named locations and a regex in each server',
      http('server { location @a {} location ~ a {} location ~ a {} } server { location @a {} }'),
    ],
    ['a nested location', location('location /x {} location ~ y {}')],
    ['one path as exact and as prefix', server('location /a {} location = /a {}')],
    ['mime.types that nginx brings', http('include mime.types;')],
    ['a pattern without matches', http('include conf.d/*.conf;')],
    ['what may stand twice', location('proxy_set_header A b; proxy_set_header C d; allow all; allow all;')],
    ['a flag in capitals', location('proxy_buffering OFF;')],
    ['Lua', location('access_by_lua_file lua/access.lua; header_filter_by_lua_file lua/header.lua;')],
    ['quic', server('listen 443 quic reuseport;')],
    ['names to resolve', http('upstream a { zone a 64k; resolver 127.0.0.1; server a.test resolve; }'), newest],
    ['a shared keepalive', http('upstream a { server 127.0.0.1:1; keepalive 8 local; }'), newest],
  ])('%s', (_name, files, platform) => {
    expect(check(files, platform)).toEqual([]);
  });
});

/** Files, and the problem without its file and line, which `places` looks at. */
type Refusal = [name: string, files: Readonly<Record<string, string>>, want: string, platform?: NginxPlatform];

describe.each<[what: string, cases: Refusal[]]>([
  [
    'unknown things as OC5001',
    [
      ['a directive', location('evil on;'), '`evil` is unknown to nginx 1.26.3'],
      ['a newer directive', server('http2 on;'), '`http2` is unknown to nginx 1.22.1: it came with 1.25.1', bookworm],
      ['max_headers', http('max_headers 100;'), '`max_headers` is unknown to nginx 1.26.3: it came with 1.29.8'],
      ['a removed directive', server('ssl on;'), '`ssl` is unknown to nginx 1.26.3: 1.25.0 was the last to have it'],
      ['a missing module', location('brotli on;'), '`brotli` needs the Brotli module, which is not there', plain],
      ['an unknown block', http('evil { a b; }'), '`evil` is unknown to nginx 1.26.3'],
      [
        'listen quic',
        server('listen 443 quic;'),
        '`quic` in `listen` is unknown to nginx 1.22.1: it came with 1.25.0',
        bookworm,
      ],
      [
        'listen quic without HTTP/3',
        server('listen 443 quic;'),
        "`quic` in `listen` needs nginx's http_v3 module, which is not there",
        plain,
      ],
      [
        'server resolve',
        http('upstream a { server a.test resolve; }'),
        '`resolve` in `server` is unknown to nginx 1.26.3: it came with 1.27.3',
      ],
      [
        'resolver ipv4',
        http('resolver 127.0.0.1 ipv4=off;'),
        '`ipv4=off` in `resolver` is unknown to nginx 1.22.1: it came with 1.23.1',
        bookworm,
      ],
      [
        'HTTP/2 to upstreams',
        location('proxy_http_version 2;'),
        '`2` in `proxy_http_version` is unknown to nginx 1.26.3: it came with 1.29.4',
      ],
    ],
  ],
  [
    'wrong contexts as OC5002',
    [
      [
        'proxy_pass',
        server('proxy_pass http://a;'),
        '`proxy_pass` is not allowed in `server`: it belongs in `location`, `if` in `location`, `limit_except`',
      ],
      ['server', main('server { }'), '`server` is not allowed in the main context: it belongs in `http`, `upstream`'],
      [
        'set',
        http('set $a b;'),
        '`set` is not allowed in `http`: it belongs in `server`, `if` in `server`, `location`, `if` in `location`',
      ],
      [
        'proxy_set_header in if',
        location('if ($a) { proxy_set_header A b; }'),
        '`proxy_set_header` is not allowed in `if` in `location`: it belongs in `http`, `server`, `location`',
      ],
      [
        'proxy_pass in if of server',
        server('if ($a) { proxy_pass http://a; }'),
        '`proxy_pass` is not allowed in `if` in `server`: it belongs in `location`, `if` in `location`, `limit_except`',
      ],
      [
        'return in limit_except',
        location('limit_except GET { return 403; }'),
        '`return` is not allowed in `limit_except`: it belongs in `server`, `if` in `server`, `location`, `if` in `location`',
      ],
      [
        'worker_processes',
        http('worker_processes 1;'),
        '`worker_processes` is not allowed in `http`: it belongs in the main context',
      ],
      [
        'location in upstream',
        http('upstream a { server a:1; location / {} }'),
        '`location` is not allowed in `upstream`: it belongs in `server`, `location`',
      ],
    ],
  ],
  [
    'wrong numbers of parameters as OC5003',
    [
      [
        'too few',
        location('proxy_set_header A;'),
        'invalid number of parameters in `proxy_set_header`: found 1, expected 2',
      ],
      [
        'too many',
        location('proxy_buffering on off;'),
        'invalid number of parameters in `proxy_buffering`: found 2, expected 1',
      ],
      [
        'outside a range',
        location('return 1 2 3;'),
        'invalid number of parameters in `return`: found 3, expected 1 to 2',
      ],
      [
        'none where one is least',
        server('listen;'),
        'invalid number of parameters in `listen`: found 0, expected at least 1',
      ],
      [
        'of a location',
        server('location ^~ / x {}'),
        'invalid number of parameters in `location`: found 3, expected 1 to 2',
      ],
      [
        'of an older release',
        http('upstream a { server a:1; keepalive 8 local; }'),
        'invalid number of parameters in `keepalive`: found 2, expected 1',
      ],
      ['in map', http('map $a $b { a b c; }'), 'invalid number of words in an entry of `map`: found 3, expected 2'],
      [
        'in map, a lone word',
        http('map $a $b { a; }'),
        'invalid number of words in an entry of `map`: found 1, expected 2',
      ],
      ['in geo', http('geo $a { 1.1.1.1 a b; }'), 'invalid number of words in an entry of `geo`: found 3, expected 2'],
    ],
  ],
  [
    'malformed text as OC5004',
    [
      ['a block without braces', http('server;'), '`server` has no opening `{`'],
      ['braces without a block', location('return 200 { }'), '`return` is not terminated by `;`'],
      [
        'a flag that is none',
        location('proxy_buffering yes;'),
        'invalid value `yes` in `proxy_buffering`: it must be `on` or `off`',
      ],
      ['a block in map', http('map $a $b { a { } }'), 'unexpected `{`'],
      [
        'a missing include',
        http('include conf.d/a.conf;'),
        'included file `conf.d/a.conf` is not part of the artifact',
      ],
      ['an include of itself', { ...http('include a;'), a: 'include a;' }, '`a` includes itself'],
      ['a brace too few', http('server {'), 'unexpected end of file, expecting `}`'],
      ['no events', { 'nginx.conf': 'http { }' }, 'no `events` section in the configuration'],
      ['no main file', { 'other.conf': '' }, '`nginx.conf` is not part of the artifact'],
      ['a named location too deep', location('location @a {}'), 'named location `@a` can be on the server level only'],
      [
        'a location in a named one',
        server('location @a { location / {} }'),
        'location `/` cannot be inside the named location `@a`',
      ],
      [
        'a location in an exact one',
        server('location = /a { location /a/b {} }'),
        'location `/a/b` cannot be inside the exact location `/a`',
      ],
      [
        'a location beside its parent',
        server('location /a { location /b {} }'),
        'location `/b` is outside location `/a`',
      ],
      ['a location modifier', server('location ! /a {}'), 'invalid location modifier `!`'],
      [
        'a second value',
        location('proxy_buffering on; proxy_buffering off;'),
        'duplicate `proxy_buffering`: it already stands in nginx.conf:5',
      ],
      ['a second http', main('http { }\nhttp { }'), 'duplicate `http`: it already stands in nginx.conf:2'],
      [
        'a second location',
        server('location /a {}\nlocation ^~ /a {}'),
        'duplicate `location` `/a`: it already stands in nginx.conf:4',
      ],
      [
        'a second upstream',
        http('upstream a { server a:1; }\nupstream A { server a:1; }'),
        'duplicate `upstream` `A`: it already stands in nginx.conf:3',
      ],
      [
        'a second log format',
        http('log_format a b;\nlog_format a c;'),
        'duplicate `log_format` `a`: it already stands in nginx.conf:3',
      ],
      [
        'a second key of a map',
        http('map $a $b { Key 1;\n"\\\\key" 2; }'),
        'duplicate entry: it already stands in nginx.conf:3',
      ],
      [
        'a second default of a map',
        http('map $a $b { default 1;\ndefault 2; }'),
        'duplicate entry: it already stands in nginx.conf:3',
      ],
      [
        'a second value from an include',
        { ...location('proxy_buffering on; include a;'), a: '\nproxy_buffering on;' },
        'duplicate `proxy_buffering`: it already stands in nginx.conf:5',
      ],
    ],
  ],
])('refuses %s', (what, cases) => {
  test.each(cases)('%s', (_name, files, want, platform) => {
    const code = what.slice(-6);
    const problems = check(files, platform);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.replace(/^(OC\d+) \S+:\d+ /, '$1 ')).toBe(`${code} ${want}`);
  });
});

describe('places', () => {
  test('every problem in its file and line', () => {
    const files = {
      'nginx.conf': 'events {}\nhttp {\n  evil;\n  include conf.d/a.conf;\n}\n',
      'conf.d/a.conf': 'server {\n  proxy_pass x;\n  location / {\n    return;\n  }\n}\n',
    };
    expect(check(files).map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual([
      'OC5001 nginx.conf:3',
      'OC5002 conf.d/a.conf:2',
      'OC5003 conf.d/a.conf:4',
    ]);
  });

  test('a file that is included twice is looked at once in each context', () => {
    const files = {
      ...server('include a;\nlocation /a { include a; }\nlocation /b { include a; }'),
      a: 'proxy_pass http://a;\nevil;',
    };
    expect(check(files)).toEqual([
      'OC5002 a:1 `proxy_pass` is not allowed in `server`: it belongs in `location`, `if` in `location`, `limit_except`',
      'OC5001 a:2 `evil` is unknown to nginx 1.26.3',
    ]);
  });

  test('a pattern brings every file that matches', () => {
    const files = {
      ...http('include conf.d/*.conf;'),
      'conf.d/b.conf': 'b;',
      'conf.d/a.conf': 'a;',
      'conf.d/x/c.conf': 'c;',
      'conf.d/d.txt': 'd;',
    };
    expect(check(files).map((problem) => problem.split(' ')[1])).toEqual(['conf.d/a.conf:1', 'conf.d/b.conf:1']);
  });

  test('all problems are reported, not just the first', () => {
    expect(check(location('a;\nb;\nc;'))).toHaveLength(3);
  });

  test('a file that is malformed is checked up to there', () => {
    expect(check({ 'nginx.conf': 'events {}\nevil;\n}' }).map((problem) => problem.slice(0, 19))).toEqual([
      'OC5004 nginx.conf:3',
      'OC5001 nginx.conf:2',
    ]);
  });
});
