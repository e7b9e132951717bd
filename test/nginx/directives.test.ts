import { describe, expect, test } from 'vitest';
import { type ConfigContext, explainUnknown, findRules, findRulesFor } from '../../src/nginx/directives.ts';
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
const plain: NginxPlatform = { version: [1, 30, 0], modules: ['http_v2'], luaVersion: null, opensslVersion: null };

describe('a platform knows', () => {
  test.each<[name: string, directive: string, platform: NginxPlatform, known: boolean]>([
    ['an old directive', 'proxy_pass', bookworm, true],
    ['http2 since 1.25.1', 'http2', trixie, true],
    ['http2 not before', 'http2', bookworm, false],
    ['http2 exactly then', 'http2', { ...trixie, version: [1, 25, 1] }, true],
    ['ssl until 1.25.0', 'ssl', { ...trixie, version: [1, 25, 0] }, true],
    ['ssl not after', 'ssl', { ...trixie, version: [1, 25, 1] }, false],
    ['max_headers since 1.29.8', 'max_headers', plain, true],
    ['max_headers not before', 'max_headers', trixie, false],
    ['http3 with its module', 'http3', trixie, true],
    ['http3 not without', 'http3', plain, false],
    ['quic_retry not without', 'quic_retry', plain, false],
    ['http2 not without its module', 'http2', { ...trixie, modules: [] }, false],
    ['brotli with its module', 'brotli', bookworm, true],
    ['brotli not without', 'brotli', plain, false],
    ['Lua with its module', 'access_by_lua_file', bookworm, true],
    ['Lua not without', 'access_by_lua_file', plain, false],
    ['a Lua directive by the version of Lua', 'lua_ssl_certificate', trixie, true],
    ['a Lua directive not before', 'lua_ssl_certificate', bookworm, false],
    ['no log variable', 'bytes_sent', trixie, false],
    ['no header field', 'user-agent', bookworm, false],
    ['no stream directive', 'ssl_preread', trixie, false],
    ['nothing from Object', 'constructor', trixie, false],
  ])('%s', (_name, directive, platform, known) => {
    expect(findRulesFor(directive, platform).length > 0).toBe(known);
  });
});

test.each<[directive: string, platform: NginxPlatform, want: string]>([
  ['http2', bookworm, '`http2` is unknown to nginx 1.22.1: it came with 1.25.1'],
  ['ssl', trixie, '`ssl` is unknown to nginx 1.26.3: 1.25.0 was the last to have it'],
  [
    'lua_ssl_certificate',
    bookworm,
    '`lua_ssl_certificate` is unknown to lua-nginx-module 0.10.23: it came with 0.10.26',
  ],
  ['access_by_lua_file', plain, '`access_by_lua_file` needs the Lua module, which is not there'],
  ['http3', plain, '`http3` needs the HTTP/3 module, which is not there'],
  ['http3', bookworm, '`http3` is unknown to nginx 1.22.1: it came with 1.25.0'],
  ['evil', bookworm, '`evil` is unknown to nginx 1.22.1'],
])('says why %s is unknown', (directive, platform, want) => {
  expect(explainUnknown(directive, platform)).toBe(want);
});

test.each<[name: string, context: ConfigContext | 'any', fewest: number, most: number, isBlock: boolean]>([
  ['http', 'main', 0, 0, true],
  ['location', 'server', 1, 2, true],
  ['proxy_set_header', 'location', 2, 2, false],
  ['random', 'upstream', 0, 2, false],
  ['stub_status', 'location', 0, 1, false],
  ['log_format', 'http', 2, Number.POSITIVE_INFINITY, false],
  ['proxy_buffering', 'location', 1, 1, false],
  ['if', 'server', 1, Number.POSITIVE_INFINITY, true],
  ['include', 'any', 1, 1, false],
  ['set_by_lua_file', 'if-in-server', 2, Number.POSITIVE_INFINITY, false],
])('reads the row of %s', (name, context, fewest, most, isBlock) => {
  const rule = findRules(name).find(({ contexts }) => contexts.includes(context));
  expect(rule).toMatchObject({ name, fewestArgs: fewest, mostArgs: most, isBlock });
});

test('a name can be two directives', () => {
  expect(findRules('server').map(({ contexts, isBlock }) => [contexts, isBlock])).toEqual([
    [['http'], true],
    [['upstream'], false],
  ]);
});
