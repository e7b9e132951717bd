import { expect, test } from 'vitest';
import { sandboxFiles } from '../../src/engine/sandbox-files.ts';

function sandbox(text: string, user: readonly string[] | null = null): string | undefined {
  const files = sandboxFiles([{ path: 'nginx.conf', text, meant: null }], { healthListen: 'unix:./health.sock', user });
  return files.find(({ path }) => path === 'nginx.conf')?.text;
}

test.each([
  ['pid /run/nginx.pid;', 'pid nginx.pid;'],
  ['error_log /var/log/nginx/error.log warn;', 'error_log stderr warn;'],
  ['    access_log /var/log/nginx/access.log openclaw;', '    access_log access.log openclaw;'],
  ['    access_log off;', '    access_log off;'],
  ['    listen 443 ssl default_server;', '    listen unix:./0.0.0.0_443.sock ssl default_server;'],
  ['    listen "[::1]:443";', '    listen unix:./___1__443.sock;'],
  ['ssl_certificate /etc/ssl/a.crt;', 'ssl_certificate stub.crt;'],
  ['proxy_ssl_trusted_certificate /etc/ssl/ca.pem;', 'proxy_ssl_trusted_certificate stub.crt;'],
  ['    ssl_client_certificate ssl/machines.pem;', '    ssl_client_certificate stub.crt;'],
  ['    ssl_crl ssl/machines.crl;', '    ssl_crl stub.crl;'],
  ['    lua_ssl_trusted_certificate /etc/ssl/ca.pem;', '    lua_ssl_trusted_certificate stub.crt;'],
  ['    server llm:8000 weight=2;', '    server 127.0.0.1:8000 weight=2;'],
  ['    server llm:8000 resolve;', '    server llm:8000 resolve;'],
  ['    server 10.0.0.1:8000;', '    server 10.0.0.1:8000;'],
  ['    server unix:/run/llm.sock;', '    server unix:/run/llm.sock;'],
  ['    server "[2001:db8::1]:8000";', '    server "[2001:db8::1]:8000";'],
  ['server {', 'server {'],
  ['    proxy_pass http://llm;', '    proxy_pass http://llm;'],
  ['    include conf.d/routes.conf;', 'listen unix:./health.sock; include conf.d/routes.conf;'],
])('%s', (given, want) => {
  expect(sandbox(given)).toBe(want);
});

test('names the user only where nginx runs as root', () => {
  expect(sandbox('user nginx;')).toBe('user nginx;');
  expect(sandbox('user nginx;', ['www-data'])).toBe('user www-data;');
});

test('keeps temporary files in the folder, on the line of `http`', () => {
  expect(sandbox('http {\n}')).toMatch(/^http \{ client_body_temp_path temp\/client_body_temp_path; .*;\n\}$/);
  expect(sandbox('http {\n    proxy_temp_path /var/tmp/proxy;\n}')).toBe(
    'http {\n    proxy_temp_path temp/proxy_temp_path;\n}',
  );
});

test('listens once for one address, however it is written', () => {
  expect(new Set(['80', '*:80', '0.0.0.0:80'].map((address) => sandbox(`listen ${address};`))).size).toBe(1);
});

test('lets the trial in where the server lets in few', () => {
  const text = 'server {\n    if ( $openclaw_if_client_10_0_0_0__8 = 0 ) {\n        return 403;\n    }\n}';
  const files = (path: string) =>
    sandboxFiles([{ path, text, meant: null }], { healthListen: 'unix:./health.sock', user: null });
  expect(files('conf.d/server.conf')[0]?.text).toContain('    if ( $server_protocol = "" ) {\n');
  expect(files('conf.d/routes.conf')[0]?.text).toBe(text);
});
