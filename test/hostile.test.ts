import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepare } from '../src/commands/prepare.ts';
import { isError } from '../src/diagnostics/diagnostic.ts';
import { compileSpec } from './hostile/compile-spec.ts';
import { fieldsOf, ownText, schemaKeys, withText } from './hostile/fields.ts';
import { absentKeys, maximalSpec } from './hostile/maximal-spec.ts';
import { hostileFields, specs } from './hostile/specs.ts';
import { hostileTexts } from './hostile/texts.ts';
import { withstand } from './hostile/withstand.ts';

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
