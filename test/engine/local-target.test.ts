import { describe, expect, it } from 'vitest';
import { OperationError } from '../../src/diagnostics/operation-error.ts';
import { targetFromVersionText } from '../../src/engine/local-target.ts';

const debian = `nginx version: nginx/1.26.3
built with OpenSSL 3.5.0
TLS SNI support enabled
configure arguments: --with-cc-opt='-g -O2' --prefix=/usr/share/nginx --http-log-path=/var/log/nginx/access.log --pid-path=/run/nginx.pid --modules-path=/usr/lib/nginx/modules --with-http_v2_module --with-http_v3_module
`;
const official = `nginx version: nginx/1.28.0
configure arguments: --prefix=/etc/nginx --modules-path=/usr/lib/nginx/modules --http-log-path=/var/log/nginx/access.log --pid-path=/var/run/nginx.pid --user=nginx --with-http_v2_module
`;
const openresty = `nginx version: openresty/1.27.1.2
configure arguments: --prefix=/usr/local/openresty/nginx --pid-path=/usr/local/openresty/nginx/logs/nginx.pid --with-http_v2_module
`;

const luaIsThere = (file: string): boolean => file.endsWith('ngx_http_lua_module.so') || file === '/etc/debian_version';
const nothingIsThere = (): boolean => false;

describe('targetFromVersionText', () => {
  it.each([
    [
      'debian',
      debian,
      luaIsThere,
      {
        version: [1, 26, 3],
        modules: ['http_v2', 'http_v3', 'lua'],
        luaVersion: [0, 10, 28],
        opensslVersion: [3, 5, 0],
      },
      ['www-data'],
    ],
    [
      'debian without Lua',
      debian,
      nothingIsThere,
      { version: [1, 26, 3], modules: ['http_v2', 'http_v3'], luaVersion: null, opensslVersion: [3, 5, 0] },
      ['nobody'],
    ],
    [
      'nginx.org',
      official,
      nothingIsThere,
      { version: [1, 28, 0], modules: ['http_v2'], luaVersion: null, opensslVersion: null },
      ['nginx'],
    ],
    [
      'openresty',
      openresty,
      nothingIsThere,
      { version: [1, 27, 1], modules: ['http_v2', 'lua'], luaVersion: [0, 10, 28], opensslVersion: null },
      ['nobody'],
    ],
  ])('reads what %s says', (_, text, has, platform, user) => {
    const target = targetFromVersionText(text, has);
    expect(target.platform).toEqual(platform);
    expect(target.user).toEqual(user);
  });

  it.each([
    ['built with OpenSSL 3.5.7 9 Jun 2026 (running with OpenSSL 3.0.19 27 Jan 2026)', [3, 0, 19]],
    ['built with OpenSSL 3.6.5 29 Sep 2026', [3, 6, 5]],
    ['built with LibreSSL 4.1.0', null],
    ['built with BoringSSL', null],
    ['', null],
  ])('reads which OpenSSL runs: %s', (line, version) => {
    const { platform } = targetFromVersionText(`nginx version: nginx/1.28.0\n${line}\n`, nothingIsThere);
    expect(platform.opensslVersion).toEqual(version);
  });

  it('takes the places from the configure arguments', () => {
    const target = targetFromVersionText(official, nothingIsThere);
    expect(target).toMatchObject({
      pid: '/var/run/nginx.pid',
      logDirectory: '/var/log/nginx',
      modulesDirectory: '/usr/lib/nginx/modules',
    });
    expect(targetFromVersionText(openresty, nothingIsThere)).toMatchObject({
      logDirectory: '/usr/local/openresty/nginx/logs',
      modulesDirectory: null,
    });
  });

  it('refuses what is not nginx', () => {
    expect(() => targetFromVersionText('Tengine version: Tengine/3.1.0\n')).toThrow(OperationError);
  });
});
