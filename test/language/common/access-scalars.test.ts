import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import * as access from '../../../src/language/common/access-scalars.ts';
import { endpointUrl } from '../../../src/language/common/addresses.ts';
import * as scalars from '../../../src/language/common/scalars.ts';

const { addressItem, addressList, clientId, keyHash, keySource, modelPattern, moment } = access;
const { claimName, credentialReference, passwordHash, pemText, subjectName } = scalars;

const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const pem = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----';
const bcrypt = '$2y$05$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';

const oneLine = {
  clientId: [clientId, 'mobile'],
  keyHash: [keyHash, `sha256:${hash}`],
  modelPattern: [modelPattern, 'gpt-4o*'],
  moment: [moment, '2027-01-31'],
  addressItem: [addressItem, '10.0.0.0/8'],
  keySource: [keySource, 'header X-Key'],
  claimName: [claimName, 'realm_access.roles'],
  passwordHash: [passwordHash, bcrypt],
  endpointUrl: [endpointUrl, 'https://a.example.com:8443/b?c=d'],
} as const;

/** A pattern without both of its anchors would let one of these pass. */
test.each(Object.entries(oneLine))('%s looks at the whole text', (_name, [scalar, good]) => {
  expect(scalar.safeParse(good).success).toBe(true);
  for (const text of [
    '',
    `${good}\n`,
    `\n${good}`,
    `${good}\nevil`,
    `evil\n${good}`,
    `${good} `,
    ` ${good}`,
    `${good}"`,
  ])
    expect(scalar.safeParse(text).success, JSON.stringify(text)).toBe(false);
});

test.each(Object.entries({ ...oneLine, subjectName: [subjectName, 'CN=a'], pemText: [pemText, pem] } as const))(
  '%s takes no control characters',
  (_name, [scalar, good]) => {
    for (const bad of ['\0', '\u001b', '\u007f', '\u0085', '\ud800'])
      for (const text of [bad, good + bad, bad + good]) expect(scalar.safeParse(text).success).toBe(false);
  },
);

function read(scalar: z.ZodType, text: unknown): unknown {
  const result = scalar.safeParse(text);
  return result.success ? result.data : undefined;
}

describe('values', () => {
  test.each<[string, z.ZodType, string, unknown]>([
    ['client', clientId, 'alice@example.com', 'alice@example.com'],
    ['client', clientId, '7', '7'],
    ['client', clientId, '-a', undefined],
    ['client', clientId, 'a'.repeat(64), 'a'.repeat(64)],
    ['client', clientId, 'a'.repeat(65), undefined],
    ['client', clientId, 'a:b', undefined],
    ['hash', keyHash, `sha256:${hash.toUpperCase()}`, hash],
    ['hash', keyHash, hash, undefined],
    ['hash', keyHash, `SHA256:${hash}`, undefined],
    ['hash', keyHash, `sha256:${hash.slice(1)}`, undefined],
    ['hash', keyHash, `sha256:${hash}0`, undefined],
    ['hash', keyHash, `sha256:${hash.slice(1)}g`, undefined],
    ['model', modelPattern, 'meta-llama/Llama-3.1:free@1+2', 'meta-llama/Llama-3.1:free@1+2'],
    ['model', modelPattern, 'gpt,4', undefined],
    ['time', moment, '1970-01-02', 86_400],
    ['time', moment, '2027-01-31T12:30:05Z', 1_801_398_605],
    ['time', moment, '2028-02-29', 1_835_395_200],
    ['time', moment, '2027-02-29', undefined],
    ['time', moment, '2027-02-30', undefined],
    ['time', moment, '2027-13-01', undefined],
    ['time', moment, '2027-1-31', undefined],
    ['time', moment, '2027-01-31T24:00:00Z', undefined],
    ['time', moment, '2027-01-31T23:59:60Z', undefined],
    ['time', moment, '2027-01-31T12:30:00', undefined],
    ['time', moment, '2027-01-31T12:30:00+01:00', undefined],
    ['time', moment, '2027-01-31T12:30:00.5Z', undefined],
    ['address', addressItem, '2001:DB8::/32', { kind: 'range', range: '2001:db8::/32' }],
    ['address', addressItem, 'office', { kind: 'list', name: 'office' }],
    ['address', addressItem, 'cafe', { kind: 'list', name: 'cafe' }],
    ['address', addressItem, '10.0.0.0/33', undefined],
    ['address', addressItem, 'Office', undefined],
    ['place', keySource, 'bearer', { kind: 'bearer' }],
    ['place', keySource, 'websocket', { kind: 'websocket' }],
    ['place', keySource, 'x-api-key', { kind: 'header', name: 'x-api-key' }],
    ['place', keySource, 'header  X-Client', { kind: 'header', name: 'X-Client' }],
    ['place', keySource, 'header X_Client', undefined],
    ['place', keySource, 'header', undefined],
    ['place', keySource, 'query api.key~1', { kind: 'query', name: 'api.key~1' }],
    ['place', keySource, 'query a&b', undefined],
    ['place', keySource, 'query a=b', undefined],
    ['place', keySource, 'cookie session', undefined],
    ['URL', endpointUrl, 'https://A.example.com', { scheme: 'https', host: 'a.example.com', port: 443, path: '/' }],
    ['URL', endpointUrl, 'http://[::1]:81/x', { scheme: 'http', host: '::1', port: 81, path: '/x' }],
    ['URL', endpointUrl, 'https://user:pass@a.example.com/', undefined],
    ['URL', endpointUrl, 'https://a.example.com/#top', undefined],
    ['URL', endpointUrl, 'https://a.example.com:0/', undefined],
    ['URL', endpointUrl, 'https://1.2.3/', undefined],
    ['URL', endpointUrl, 'https://a.example.com/a b', undefined],
    ['URL', endpointUrl, '//a.example.com/', undefined],
    ['password', passwordHash, '$apr1$salt1234$KwmGkxIJ1cZJnY1GV6gkC1', '$apr1$salt1234$KwmGkxIJ1cZJnY1GV6gkC1'],
    ['password', passwordHash, `$6$rounds=5000$salt$${'a'.repeat(86)}`, `$6$rounds=5000$salt$${'a'.repeat(86)}`],
    ['password', passwordHash, bcrypt.replace('$05$', '$32$'), undefined],
    ['password', passwordHash, bcrypt.slice(0, -1), undefined],
    ['password', passwordHash, '{PLAIN}hunter2', undefined],
    ['password', passwordHash, '{SSHA}0YHKZ5M5Cc3dWbXoDLLZQ1P6mF4zYWJj', undefined],
    ['password', passwordHash, '$1$salt$qJH7.N4xYta3aEG/dfqo/0', undefined],
    ['password', passwordHash, 'rl.3StKT.4T8M', undefined],
    ['claim', claimName, 'https://example.com/roles', 'https://example.com/roles'],
    ['claim', claimName, 'a b', undefined],
    ['subject', subjectName, 'CN=batch,O=Example', 'CN=batch,O=Example'],
    ['subject', subjectName, '/CN=batch', undefined],
    ['subject', subjectName, 'CN = batch', undefined],
    ['subject', subjectName, 'CN=', undefined],
    ['public key', pemText, `${pem}\n`, pem],
    ['public key', pemText, `x${pem}`, undefined],
    ['public key', pemText, pem.replaceAll('PUBLIC', 'PRIVATE'), undefined],
    ['public key', pemText, `${pem}\n${pem}`, undefined],
    ['credential', credentialReference, 'vault:secret/data/a#b', { source: 'vault', name: 'secret/data/a#b' }],
    ['credential', credentialReference, 'vault:secret/data/a', undefined],
    ['credential', credentialReference, 'vault:/secret/a#b', undefined],
    ['credential', credentialReference, 'vault:secret/../a#b', undefined],
    ['credential', credentialReference, 'vault:secret/a#b}}{{c', undefined],
  ])('%s %#: %s', (_name, scalar, text, want) => {
    expect(read(scalar, text)).toEqual(want);
  });

  test.each<[unknown, readonly string[] | undefined]>([
    [
      ['10.0.0.0/8', '2001:DB8::1'],
      ['10.0.0.0/8', '2001:db8::1'],
    ],
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['# mine\r\n10.0.0.0/8 # all\r\n\r\n  ::1\t\r\n', ['10.0.0.0/8', '::1']],
    ['10.0.0.0/8,::1', undefined],
    ['10.0.0.0/8\u2028', undefined],
    ['10.0.0.0/8\nexample.com', undefined],
    ['# nobody', undefined],
    ['', undefined],
    [[], undefined],
    [['office'], undefined],
  ])('address list %#', (given, want) => {
    expect(read(addressList, given)).toEqual(want);
  });
});
