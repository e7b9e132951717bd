import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PublicModel } from '../../src/diff/common/public-model.ts';
import { diffGateways } from '../../src/diff/diff-gateways.ts';
import { effectRows, effectsTable } from '../../src/diff/effects-table.ts';
import { maximalModel } from './maximal-model.ts';

type Path = readonly (string | number)[];

/** Every value of the model that is not made of others, and every object or list in it. */
function walk(value: unknown, path: Path = []): readonly Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) => walk(item, [...path, Array.isArray(value) ? Number(key) : key])),
  ];
}

function at(model: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], model);
}

/** The model with another value at a place; `undefined` takes an item out of its list. */
function withValue(model: PublicModel, path: Path, value: unknown): PublicModel {
  const copy = structuredClone(model);
  const parent = at(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) ?? '';
  if (value === undefined && Array.isArray(parent)) parent.splice(Number(key), 1);
  else parent[key] = value;
  return copy;
}

/** Another value of the same kind that the model may have. */
function another(value: unknown): unknown {
  const choices: Readonly<Record<string, unknown>> = {
    intermediate: 'old',
    warn: 'error',
    none: 'unset',
    required: 'never',
    prefix: 'exact',
    network: 'unix',
    openai: 'mistral',
    env: 'file',
    bearer: 'plain',
    '10.0.0.0/8': '192.168.0.0/16',
    '192.168.0.0/16': '10.0.0.0/8',
    '10.1.0.0/16': '10.2.0.0/16',
    '10.2.0.0/16': '10.1.0.0/16',
    any: 'all',
    https: 'http',
    anthropic: 'openai',
    basic: 'post',
    client: 'route',
    tier: 'client',
    ES256: 'EdDSA',
    '/v1/': '/v2/',
    event: 'break',
    minute: 'second',
    second: 'minute',
  };
  if (typeof value === 'string') return choices[value] ?? `${value}x`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return undefined;
}

/** Kinds that say which members an object has cannot change alone. */
const shapes = new Set([
  'upstreams.0.balance.kind',
  'upstreams.0.balance.key.kind',
  'upstreams.0.credential.placement.kind',
  'upstreams.0.healthCheck.probe.kind',
  'routes.0.destination.sticky.kind',
  'tokenIssuers.0.keys.kind',
  'vault.auth.kind',
  'rateZones.0.key.kind',
  'rateZones.0.tiers.0.kind',
  'rateZones.0.tiers.1.kind',
]);
const isShape = (path: Path): boolean =>
  shapes.has(path.join('.')) ||
  /^(?:routes\.\d+\.(?:rewrite|destination|conditions\.\d+(?:\.test)?)|(?:keyMaps|tokenIssuers|introspection)\.0\.sources\.\d)\.kind$/.test(
    path.join('.'),
  );

/** Whether the spec has a section, where what it says counts; and what is sent again, where nothing is sent. */
const isSilent = (path: Path): boolean => /(?:\.retry\.given|^routes\.3\.retry\..+)$/.test(path.join('.'));

const leaves = walk(maximalModel).filter(
  (path) => another(at(maximalModel, path)) !== undefined && !isShape(path) && !isSilent(path),
);
const nullable = [
  'server.tls',
  'server.tls.hsts',
  'server.redirect',
  'server.trustedProxies',
  'server.connectionsPerAddress',
  'resolver',
  'resolver.valid',
  'upstreams.0.keepalive',
  'upstreams.0.tls',
  'upstreams.0.tls.ca',
  'upstreams.0.credential',
  'upstreams.0.host',
  'upstreams.0.healthCheck',
  'upstreams.0.breaker',
  'upstreams.0.longestAnswer',
  'models.1.targets.0.model',
  'models.1.targets.1.model',
  'routes.0.destination.sticky',
  'routes.0.destination.force',
  'routes.0.fallback.0.model',
  'routes.0.mirror',
  'routes.0.timeouts.total',
  'routes.0.timeouts.client',
  'keyMaps.0.file',
  'keyMaps.0.clients.0.tier',
  'keyMaps.0.clients.0.notBefore',
  'keyMaps.0.clients.0.notAfter',
  'keyMaps.0.clients.0.keys.0.notBefore',
  'keyMaps.0.clients.0.keys.0.notAfter',
  'tokenIssuers.0.issuer',
  'tokenIssuers.0.claims.tier',
  'introspection.0.claims.tier',
  'basicAuth.0.file',
  'basicAuth.0.tier',
  'clientCertificates.0.crl',
  'clientCertificates.0.clients.0.tier',
  'clientCertificates.0.clients.0.notAfter',
  'rateZones.0.delay',
  'vault',
  'vault.namespace',
  'vault.ca',
  'compression.gzip',
  'compression.brotli',
  'log.access',
  'log.error',
  'process.user',
  'process.group',
  'process.pid',
  'process.temporaryDirectory',
  'compose.backends.0.command',
  'compose.backends.0.envFile',
].map((path) => path.split('.'));
const items = walk(maximalModel).filter(
  (path) => typeof path.at(-1) === 'number' && typeof at(maximalModel, path) === 'object',
);

const isUnknown = ({ effect }: { readonly effect: string }): boolean => effect.includes('does not know');

describe('every field has an effect', () => {
  test('the model is maximal', () => {
    expect(leaves.length).toBeGreaterThan(80);
    expect(JSON.stringify(maximalModel)).not.toMatch(/null|\[\]/);
  });

  test.each(leaves.map((path) => [path.join('.'), path] as const))('%s', (_name, path) => {
    const after = withValue(maximalModel, path, another(at(maximalModel, path)));
    for (const { changes } of [diffGateways(maximalModel, after), diffGateways(after, maximalModel)]) {
      expect(changes.length).toBeGreaterThan(0);
      expect(changes.filter(isUnknown)).toEqual([]);
      expect(JSON.stringify(changes)).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  test.each(nullable.map((path) => [path.join('.'), path] as const))('%s: null', (_name, path) => {
    const after = withValue(maximalModel, path, null);
    for (const { changes } of [diffGateways(maximalModel, after), diffGateways(after, maximalModel)]) {
      expect(changes.length).toBeGreaterThan(0);
      expect(changes.filter(isUnknown)).toEqual([]);
    }
  });

  test.each(items.map((path) => [path.join('.'), path] as const))('%s: gone, and new', (_name, path) => {
    const after = withValue(maximalModel, path, undefined);
    for (const { changes } of [diffGateways(maximalModel, after), diffGateways(after, maximalModel)]) {
      expect(changes.length).toBeGreaterThan(0);
      expect(changes.filter(isUnknown)).toEqual([]);
    }
  });
});

test('a field that this version does not know is taken for the worst', () => {
  const after = structuredClone(maximalModel) as unknown as { server: Record<string, unknown> };
  after.server.novelty = true;
  const { changes } = diffGateways(maximalModel, after as unknown as PublicModel);
  expect(changes.map(({ object, field, risk, takesEffect }) => [object, field, risk, takesEffect])).toEqual([
    ['server', 'novelty', 'loosens', 'restart'],
  ]);
});

test('any edits of the model show, and only edits do', () => {
  const edit = fc.tuple(fc.constantFrom(...leaves), fc.boolean());
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const after = edits.reduce((model, [path]) => {
        const value = another(at(model, path));
        return value === undefined ? model : withValue(model, path, value);
      }, maximalModel);
      const { changes, summary } = diffGateways(maximalModel, after);
      expect(changes.length > 0).toBe(JSON.stringify(after) !== JSON.stringify(maximalModel));
      expect(diffGateways(after, structuredClone(after)).changes).toEqual([]);
      expect(diffGateways(maximalModel, after)).toEqual({ formatVersion: 1, changes, summary });
    }),
    { numRuns: 300 },
  );
});

test('each change has a risk that its row of the table names', () => {
  for (const path of leaves) {
    const after = withValue(maximalModel, path, another(at(maximalModel, path)));
    for (const { changes } of [diffGateways(maximalModel, after), diffGateways(after, maximalModel)]) {
      for (const { object, field, risk } of changes) {
        const [kind] = object.split(' ');
        const rows = effectRows().filter((row) => row.object === kind && (field === null || fits(row.field, field)));
        if (field === null || field === 'requests') continue;
        expect(
          rows.some((row) => row.risks.includes(risk)),
          `${object} ${field} ${risk}`,
        ).toBe(true);
      }
    }
  }
});

function fits(label: string, field: string): boolean {
  const pattern = label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/<[a-z]+>/g, '.+');
  return new RegExp(`^${pattern}$`).test(field);
}

test('docs/diff.md has the table of effects', async () => {
  const page = await readFile(new URL('../../docs/diff.md', import.meta.url), 'utf8');
  expect(page).toContain(effectsTable());
});
