import { describe, expect, test } from 'vitest';
import * as addresses from '../../../src/language/common/addresses.ts';
import * as scalars from '../../../src/language/common/scalars.ts';

const { cidr, hostPattern, listenAddress, serverAddress } = addresses;
const { credentialReference, duration, filePath, headerName, headerValue, imageReference } = scalars;
const { name, queryName, routePath, size, urlPath } = scalars;

const all = {
  name: [name, 'chat'],
  duration: [duration, '30s'],
  size: [size, '32m'],
  headerName: [headerName, 'X-A'],
  queryName: [queryName, 'user[id]'],
  hostPattern: [hostPattern, '*.example.com'],
  cidr: [cidr, '10.0.0.0/8'],
  filePath: [filePath, 'ssl/a.crt'],
  urlPath: [urlPath, '/v1/'],
  routePath: [routePath, '=/v1/'],
  credentialReference: [credentialReference, 'env:KEY'],
  serverAddress: [serverAddress, 'https://a.example.com:8443'],
  listenAddress: [listenAddress, '127.0.0.1:80'],
  imageReference: [imageReference, 'a/b:c'],
} as const;

/** A pattern without both of its anchors would let one of these pass. */
test.each(Object.entries(all))('%s looks at the whole text', (_name, [scalar, good]) => {
  expect(scalar.safeParse(good).success).toBe(true);
  for (const text of [`${good}\n`, `\n${good}`, `${good}\nevil`, `evil\n${good}`, `${good} `, ` ${good}`, `${good};`])
    expect(scalar.safeParse(text).success && !(good.startsWith('/') && text === `${good};`), text).toBe(
      text === `${good};` && good === '=/v1/',
    );
  expect(scalar.safeParse('').success).toBe(false);
});

test.each(['\0', '\n', '\r', '\t', '\u001b', '\u007f', '\u0085', '\ud800', '\udfff'])('no scalar takes %j', (bad) => {
  for (const [scalar, good] of [...Object.values(all), [headerValue, 'a'] as const])
    for (const text of [bad, good + bad, bad + good]) expect(scalar.safeParse(text).success).toBe(false);
});

test('no scalar takes more than nginx can read', () => {
  for (const [scalar, good] of [...Object.values(all), [headerValue, 'a'] as const])
    expect(scalar.safeParse(good + 'a'.repeat(1800)).success).toBe(false);
});

describe('values', () => {
  test.each<[string, { safeParse: (text: string) => { success: boolean; data?: unknown } }, string, unknown]>([
    ['duration', duration, '500ms', 500],
    ['duration', duration, '1y', 31_536_000_000],
    ['duration', duration, '10y', 315_360_000_000],
    ['duration', duration, '11y', undefined],
    ['duration', duration, '5', undefined],
    ['duration', duration, '-5s', undefined],
    ['duration', duration, '1.5s', undefined],
    ['duration', duration, '5S', undefined],
    ['size', size, '10', 10],
    ['size', size, '10K', 10_240],
    ['size', size, '1g', 1_073_741_824],
    ['size', size, '1t', undefined],
    ['size', size, '999999999g', undefined],
    ['host', hostPattern, 'AI.Example.com', 'ai.example.com'],
    ['host', hostPattern, '*.example.com', '*.example.com'],
    ['host', hostPattern, '[::1]', '[::1]'],
    ['host', hostPattern, 'fe80::1%eth0', undefined],
    ['host', hostPattern, '.example.com', undefined],
    ['host', hostPattern, 'example.com.', undefined],
    ['host', hostPattern, '-a.com', undefined],
    ['host', hostPattern, `${'a'.repeat(64)}.com`, undefined],
    ['range', cidr, '::1%00', undefined],
    ['range', cidr, '10.0.0.0/08', undefined],
    ['range', cidr, '10.0.0.0/8/8', undefined],
    ['range', cidr, '010.0.0.1', undefined],
    ['range', cidr, '2001:DB8::/32', '2001:db8::/32'],
    ['file', filePath, '../a', undefined],
    ['file', filePath, 'a/../b', undefined],
    ['file', filePath, 'a..b', 'a..b'],
    ['path', urlPath, '/a/./b', undefined],
    ['path', urlPath, '/a/../b', undefined],
    ['path', urlPath, '/a/..b', '/a/..b'],
    ['path', urlPath, '/%2e%2e/', undefined],
    ['path', urlPath, '/é', undefined],
    ['route', routePath, '==/a', undefined],
    ['route', routePath, '= /a', undefined],
    ['route', routePath, '=/a', { kind: 'exact', path: '/a' }],
    ['credential', credentialReference, 'env:1A', undefined],
    ['credential', credentialReference, 'file:/a/../b', undefined],
    ['credential', credentialReference, 'file:a', undefined],
    ['credential', credentialReference, 'ENV:A', undefined],
    ['server', serverAddress, 'a:8000', { kind: 'network', host: 'a', port: 8000, scheme: null }],
    ['server', serverAddress, 'https://A/', { kind: 'network', host: 'a', port: null, scheme: 'https' }],
    ['server', serverAddress, '[::1]:80', { kind: 'network', host: '::1', port: 80, scheme: null }],
    ['server', serverAddress, 'unix:/run/a.sock', { kind: 'unix', host: '/run/a.sock', port: null, scheme: null }],
    ['server', serverAddress, 'a:0', undefined],
    ['server', serverAddress, 'a:65536', undefined],
    ['server', serverAddress, '1.2.3:80', undefined],
    ['server', serverAddress, '1.2.3.4.5:80', undefined],
    ['server', serverAddress, 'user@a:80', undefined],
    ['server', serverAddress, '[fe80::1%1]:80', undefined],
    ['listen', listenAddress, '80', { host: null, port: 80 }],
    ['listen', listenAddress, '[::]:443', { host: '[::]', port: 443 }],
    ['listen', listenAddress, '1.2.3:80', undefined],
    ['listen', listenAddress, '0', undefined],
  ])('%s %#: %s', (_name, scalar, text, want) => {
    const result = scalar.safeParse(text);
    expect(result.success ? result.data : undefined).toEqual(want);
  });
});
