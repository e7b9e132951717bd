import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeCertificates } from './helpers/certificates.ts';
import { withTemporaryFolder } from './helpers/temporary-folder.ts';
import { aroundField } from './hostile/around-field.ts';
import { askNginx } from './hostile/ask-nginx.ts';
import { type Field, ownText, valueAt } from './hostile/fields.ts';
import { hostileFields } from './hostile/specs.ts';
import { type Survivor, withstand } from './hostile/withstand.ts';

/** What is worth a run of nginx: its own signs, its keywords, and lengths that its hash buckets have to hold. */
function nginxTexts(field: Field): readonly string[] {
  const own = ownText(field);
  const signs = ['"; } evil; #', '${x}$host', '~(\\z|.*', "{}'\\", '[#', '😀é\u202e', '/;{}$"', ' '];
  const words = ['default', 'hostnames', 'volatile', 'include', 'off', ''];
  const label = 'l'.repeat(45);
  const host = `${label}.${label}.${label}.${label}.${label}`;
  const long = ['a'.repeat(63), 'a'.repeat(100), host, `*.${host.slice(2)}`, `${host}.${label}`, 'a'.repeat(1800)];
  return [...signs, ...signs.map((text) => own + text), ...words, ...(/certificate|ca$/.test(field.label) ? [] : long)];
}

test('nginx accepts what survives', async () => {
  // Not the files that nginx would write to: `-t` opens them.
  const tried = hostileFields.filter(({ kind, spec, path }) => {
    const isText = kind === 'key' || typeof valueAt(spec, path) === 'string';
    return isText && path[0] !== 'log' && path[0] !== 'process';
  });
  const survivors = tried.flatMap((field) => {
    const around = aroundField(field);
    const found = nginxTexts(field).flatMap((text) => withstand(around, text) ?? []);
    return found.length < 2 ? found : [...found.slice(0, 1), ...found.slice(-1)];
  });
  expect(survivors.length).toBeGreaterThan(40);
  const certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.example.com']));
  const queue = unlike(survivors).values();
  const work = async () => {
    for (const { label, compilation } of queue) {
      const { ok, output } = await askNginx(compilation, certificates);
      expect(ok, `${label}\n${output}`).toBe(true);
    }
  };
  await Promise.all([work(), work()]);
}, 600_000);

/** One of those for which nginx gets the same files; it reads neither compose's nor Vault's. */
function unlike(survivors: readonly Survivor[]): readonly Survivor[] {
  const known = new Map<string, Survivor>();
  for (const survivor of survivors) {
    const files = survivor.compilation.artifacts?.filter(({ path }) => !/^docker-compose\.yml$|\.hcl$/.test(path));
    const hash = createHash('sha256').update(JSON.stringify(files?.map(({ path, text }) => [path, text])));
    known.set(hash.digest('hex'), survivor);
  }
  return [...known.values()];
}
