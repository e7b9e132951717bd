import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/source/parse-yaml.ts';
import { maskSecretShapes } from '../../src/source/secret-shapes.ts';
import { findSecrets } from '../../src/source/secrets.ts';

/** The texts that would be hidden in a frame of this file. */
function hidden(text: string): string[] {
  const { value, diagnostics } = parseYaml(text, 'a.yaml', { left: 10_000 });
  const source = value?.span.source ?? diagnostics[0]?.span?.source;
  return (source?.secrets ?? []).map(({ start, end }) => text.slice(start, end));
}

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('scalars under keys that name a credential', () => {
  test.each<[string, string[]]>([
    ['credential: hunter2', ['hunter2']],
    ['credential: "hunter 2"', ['"hunter 2"']],
    ['clients:\n  - { id: a, key: hunter2 }', ['hunter2']],
    ['api_key: hunter2', ['hunter2']],
    ['API-Key: hunter2', ['hunter2']],
    ['headers: { Authorization: Basic aGk6aG8=, X-Api-Key: abc }', ['Basic aGk6aG8=', 'abc']],
    ['redis: { password: 12345 }', ['12345']],
    ['client_secret: |\n  abc\n  def\n', ['|\n  abc\n  def\n']],
    ['token: [abc, def]', ['abc', 'def']],
    ['x: &k hunter2\ntoken: *k', ['hunter2', '*k']],
    ['credential: env:OPENAI_API_KEY', []],
    ['credential: file:/run/secrets/x', []],
    ['key: sha256:9f86d081', []],
    ['key_maps: { a: { clients: [{ id: b, key: sha256:hunter2 }] } }', ['sha256:hunter2']],
    [
      'key_maps: { a: { clients: [{ id: b, hash: hunter2 }, hunter3], c: hunter4 } }',
      ['hunter2', 'hunter3', 'hunter4'],
    ],
    ['key_maps: { a: { clients: [{ id: b, key: { hunter2: c } }] } }', ['hunter2', 'c']],
    ['key_maps: { a: { clients: [{ id: b, tier: c, routes: [d], not_after: 2027-01-31 }], file: /e } }', []],
    ['a: 1 # key: hunter2 was it', ['hunter2']],
    ['credential: ${env:KEY}', []],
    ['credential: "${file:key.txt}"', []],
    ['credential: ${env:KEY:-hunter2}', ['hunter2']],
    ['credential: a${env:KEY}', ['a${env:KEY}']],
    ['# password: hunter2\na: 1', ['hunter2']],
    ['a: |\n  password: hunter2\n', ['hunter2']],
    ['a: 1\n---\nkey: hunter2\n', ['hunter2']],
    ['password: !hunter2', ['!hunter2']],
    ['password: "*hunter2"\ntoken: *hunter2', ['"*hunter2"', '*hunter2']],
    ['password: #hunter2', ['#hunter2']],
    ['password: {hunter2}', ['{hunter2}']],
    ['credential: vault:secret/data/openai#api_key', []],
    ['key_maps: { apps: { clients: [{ id: a, key: { hash: hunter2 } }] } }', ['hunter2']],
    ['key_maps: { apps: { clients: [{ id: a, key: [{ hash: hunter2 }, hunter3] }] } }', ['hunter2', 'hunter3']],
    ['basic_auth: { staff: { users: { alice: hunter2, bob: "{PLAIN}hunter3" } } }', ['hunter2', '"{PLAIN}hunter3"']],
    ['jwt: { sso: { keys: "https://login.example.com/jwks.json" } }', []],
    ['jwt: { sso: { keys: hunter2 } }', ['hunter2']],
    ['token: https://hooks.example.com/T0/B0/hunter2', ['https://hooks.example.com/T0/B0/hunter2']],
    ['rate_zones:\n  per_ip: { key: ip }', []],
    ['certificate_key: ssl/a.key\nkey_maps: { apps: { from: [bearer] } }\ntokens: 100k/m', []],
    ['credential:\npassword: ~\ntoken: true', []],
  ])('%s', (text, want) => {
    expect(hidden(text)).toEqual(want);
  });
});

describe('what looks like a credential, anywhere', () => {
  test.each<[string, string[]]>([
    ['# old key: sk-proj-abcdEFGH1234_-x\na: 1', ['sk-proj-abcdEFGH1234_-x']],
    ['a: sk-ant-REDACTED', ['sk-ant-REDACTED']],
    ['a: gsk_abcdefgh1234', ['gsk_abcdefgh1234']],
    ['a: AIzaSyA1234567890abcdefghijk', ['AIzaSyA1234567890abcdefghijk']],
    ['a: xai-abcdefgh12', ['xai-abcdefgh12']],
    ['a: "Bearer abcdefgh12"', ['abcdefgh12']],
    [`a: ${jwt}`, [jwt]],
    ['a: $2y$05$N9qo8uLOickgx2ZMRZoMyeI', ['$2y$05$N9qo8uLOickgx2ZMRZoMyeI']],
    ['# alice:$6$rounds=5000$salt$abcdefgh/.', ['$6$rounds=5000$salt$abcdefgh/.']],
    ['a: $1.50, $y, $host$request_uri', []],
    ['a: redis://user:pa55word@host/0', ['pa55word']],
    ['a: redis://:pa55word@host/0', ['pa55word']],
    ['a: redis://user:${env:PASSWORD}@host/0', []],
    ['a: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MIIE\n  -----END RSA PRIVATE KEY-----\n', ['\n  MIIE\n  ']],
    ['sk-abcdefgh1234: 1', ['sk-abcdefgh1234']],
    ['a: task-management-service\nb: https://host:8080/x@y', []],
    ['a: [bearer, header X-Api-Key]', []],
  ])('%s', (text, want) => {
    expect(hidden(text)).toEqual(want);
  });

  test('a shape of any length is hidden to its end', () => {
    const key = `sk-${'a1'.repeat(5000)}`;
    expect(hidden(`a: ${key}\n`)).toEqual([key]);
  });
});

test('a text that is not YAML is searched as text', () => {
  expect(hidden('a: { password: hunter2, b: [ }\nc: sk-abcdefgh1234 @\n')).toEqual(['hunter2', 'sk-abcdefgh1234']);
  expect(hidden('a: \u0007\npassword: "hunter2"\n')).toEqual(['hunter2']);
  expect(hidden(`password: hunter2\nb: ${'['.repeat(200)}`)).toEqual(['hunter2']);
});

test('ranges are in order and do not overlap', () => {
  const text = 'password: Bearer sk-abcdefgh1234\na: sk-abcdefgh1234 # sk-abcdefgh1234\n';
  expect(hidden(text)).toEqual(['Bearer sk-abcdefgh1234', 'sk-abcdefgh1234', 'sk-abcdefgh1234']);
  expect(findSecrets('')).toEqual([]);
});

test('messages lose what looks like a credential', () => {
  expect(maskSecretShapes('unknown key `sk-abcdefgh1234` in `Bearer sk-abcdefgh1234` at redis://a:bcd@e')).toBe(
    'unknown key `••••••••` in `Bearer ••••••••` at redis://a:••••••••@e',
  );
});
