import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepare } from '../src/commands/prepare.ts';
import { isError } from '../src/diagnostics/diagnostic.ts';
import { makeCertificates } from './helpers/certificates.ts';
import { withTemporaryFolder } from './helpers/temporary-folder.ts';
import { askNginx } from './hostile/ask-nginx.ts';
import { compileSpec } from './hostile/compile-spec.ts';
import { type Field, fieldsOf, ownText, schemaKeys, valueAt, withText } from './hostile/fields.ts';
import { absentKeys, maximalSpec } from './hostile/maximal-spec.ts';
import { hostileFields, specs } from './hostile/specs.ts';
import { hostileTexts } from './hostile/texts.ts';
import { type Survivor, withstand } from './hostile/withstand.ts';

test('the specs compile and have every key of the language', () => {
  const { keys } = fieldsOf(maximalSpec);
  for (const spec of [maximalSpec, ...specs]) {
    const { artifacts, diagnostics } = compileSpec(spec);
    expect(diagnostics.filter(isError)).toEqual([]);
    expect(artifacts?.length).toBeGreaterThan(20);
  }
  expect(schemaKeys().filter((key) => !keys.has(key))).toEqual(absentKeys);
  expect([...keys].filter((key) => !schemaKeys().includes(key) && !key.endsWith('.*'))).toEqual([]);
});

test('any text anywhere', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'"\'\\${};#~=%\n\r\t \0/*.-x') }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...hostileFields), text, fc.nat(2), (field, hostile, place) => {
      const own = ownText(field);
      withstand(field, [hostile, own + hostile, hostile + own][place] ?? '');
    }),
    { numRuns: 1000 },
  );
});

/** One field of each kind of scalar that takes more than letters. */
const openFields = hostileFields.filter(({ label }) =>
  /^(?:server\.response_headers\.X-Frame-Options|routes\.0\.match\.query\.model|routes\.1\.path|routes\.2\.set_path|compose\.backends\.vllm\.command\.1|the key upstreams\.llama)$/.test(
    label,
  ),
);

test('hostile texts that are written in the YAML itself', async () => {
  expect(openFields).toHaveLength(6);
  for (const field of openFields) {
    for (const text of hostileTexts) {
      const yaml = JSON.stringify(withText(field, text));
      const world = { cwd: '/', env: {}, stdin: async () => Buffer.from(yaml) };
      const options = { spec: '-', overlays: [], target: undefined, stdinName: 'openclaw.yaml' };
      const { compilation, diagnostics } = await prepare(options, world);
      expect(diagnostics.some(isError)).toBe(compilation?.artifacts === undefined);
      if (compilation?.artifacts !== undefined) {
        expect(compilation.artifacts).toEqual(compileSpec(withText(field, text)).artifacts);
      }
    }
  }
});

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
    const found = nginxTexts(field).flatMap((text) => withstand(field, text) ?? []);
    return found.length < 2 ? found : [...found.slice(0, 1), ...found.slice(-1)];
  });
  expect(survivors.length).toBeGreaterThan(40);
  const certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.example.com']));
  const queue = unlike(survivors).values();
  const work = async () => {
    for (const { label, compilation } of queue) {
      await withTemporaryFolder(async (folder) => {
        const { ok, output } = await askNginx(compilation, folder, certificates);
        expect(ok, `${label}\n${output}`).toBe(true);
      });
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
