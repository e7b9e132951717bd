import { createHash } from 'node:crypto';

/** What stands in examples and tutorials, and what people try first. */
const keys: readonly string[] = [
  '',
  '123456',
  '12345678',
  'admin',
  'api-key',
  'apikey',
  'change-me',
  'changeit',
  'changeme',
  'client',
  'demo',
  'example',
  'hello',
  'key',
  'my-api-key',
  'my-secret-key',
  'openclaw',
  'password',
  'secret',
  'sk-123',
  'sk-1234',
  'sk-123456',
  'sk-test',
  'test',
  'token',
  'your-api-key',
];

/** `echo key | sha256sum` hashes a line break too. */
const keyByHash: ReadonlyMap<string, string> = new Map(
  keys.flatMap((key) =>
    [key, `${key}\n`].map((text) => [createHash('sha256').update(text).digest('hex'), key] as const),
  ),
);

/** The key that everybody could guess, if this is the hash of one. */
export function wellKnownKey(hash: string): string | undefined {
  return keyByHash.get(hash);
}
