import { expect, test } from 'vitest';
import { describeGateway } from '../../src/report/describe-gateway.ts';
import { lowerContextOf } from '../helpers/lower-context.ts';

const methods = `
key_maps: { apps: { file: apps.keys } }
basic_auth: { staff: { file: staff.htpasswd } }
`;

/** The last column of the only row of a table. */
async function protectedBy(spec: string, title: 'ROUTE' | 'UPSTREAM'): Promise<string> {
  const { gateway } = await lowerContextOf(spec);
  const lines = describeGateway(gateway).split('\n');
  const head = lines.findIndex((line) => line.trimStart().startsWith(title));
  return (lines[head + 1] ?? '').slice(lines[head]?.indexOf('PROTECTED BY'));
}

test.each<[string, string]>([
  ['auth: none', 'nothing (auth: none)'],
  ['name: chat', 'nothing'],
  ['auth: apps', 'apps'],
  ['auth: [apps, staff]', 'apps or staff'],
  ['auth: { all: [staff, apps] }', 'staff and apps'],
  ['auth: none, allow: [10.0.0.0/8]', 'addresses'],
  ['auth: none, deny: [10.0.0.0/8]', 'addresses'],
  ['auth: [apps, staff], allow: [10.0.0.0/8]', 'apps or staff, addresses'],
  ['auth: none, match: { client: [10.0.0.0/8] }', 'client address'],
])('a route with `%s` is protected by %s', async (settings, want) => {
  const spec = `${methods}upstreams: { llm: { servers: [llm:8000] } }\nroutes: [{ path: /v1/, upstream: llm, ${settings} }]`;
  expect(await protectedBy(spec, 'ROUTE')).toBe(want);
});

test('addresses of the server protect every route', async () => {
  const spec = `
server: { allow: [10.0.0.0/8] }
upstreams: { llm: { servers: [llm:8000] } }
routes: [{ path: /v1/, upstream: llm, auth: none }]`;
  expect(await protectedBy(spec, 'ROUTE')).toBe('addresses');
});

test.each<[string, string]>([
  ['provider: openai', 'TLS, verified'],
  ['provider: openai, credential: env:A', 'TLS, verified; key from env:A'],
  ['provider: openai, credential: vault:kv/a#k', 'TLS, verified; key from vault:kv/a#k'],
  ['provider: openai, credential: [env:A, env:B]', 'TLS, verified; 2 keys'],
  [
    'provider: openai, credential: { from: env:A, for: [{ tier: gold, from: env:B }] }',
    'TLS, verified; key from env:A, 1 rule',
  ],
  [
    'provider: openai, credential: { from: [env:A, env:B], for: [{ tier: a, from: env:C }, { client: b, from: env:C }] }',
    'TLS, verified; 2 keys, 2 rules',
  ],
  ['provider: openai, credential: { for: [{ tier: gold, from: env:B }] }', 'TLS, verified; 1 rule'],
  ['servers: [llm:8000]', 'no encryption'],
])('an upstream with `%s` is protected by %s', async (settings, want) => {
  const spec = `upstreams: { llm: { ${settings} } }\nroutes: [{ path: /v1/, upstream: llm, auth: none }]`;
  expect(await protectedBy(spec, 'UPSTREAM')).toBe(want);
});

const several = `
models: { fast: llm }
upstreams: { llm: [llm:8000], gpt: [gpt:8000], shadow: [shadow:8000], unused: [unused:8000] }
`;

test.each<[string, string]>([
  ['upstream: llm', 'llm'],
  ['upstream: llm, fallback: [gpt, { upstream: gpt, as: small }, shadow]', 'llm, then gpt, then shadow'],
  ['split: { gpt: 4.5%, llm: 95.5% }', 'llm 95.5% / gpt 4.5%'],
  ['upstream: by_model, fallback: gpt', 'by model, then gpt'],
  ['upstream: llm, mirror: shadow', 'llm (copies to shadow)'],
  ['answer: models', 'the gateway itself'],
])('a route with `%s` leads to %s', async (settings, want) => {
  const { gateway } = await lowerContextOf(`${several}routes: [{ path: /v1/, auth: none, ${settings} }]`);
  const [, head = '', row = ''] = describeGateway(gateway).split('\n');
  expect(row.slice(head.indexOf('UPSTREAM'), head.indexOf('PROTECTED BY')).trim()).toBe(want);
});

test('a table of upstreams has those that fallbacks, models and copies lead to', async () => {
  const routes = 'routes: [{ path: /, auth: none, upstream: by_model, fallback: gpt, mirror: shadow }]';
  const { gateway } = await lowerContextOf(`${several}${routes}`);
  const [, upstreams = ''] = describeGateway(gateway).split(/^ {2}UPSTREAM.*$/m);
  expect([...upstreams.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name)).toEqual(['gpt', 'llm', 'shadow']);
});

test('the models of a route are told', async () => {
  const routes = 'routes: [{ path: /, auth: none, match: { model: [gpt-4o, "gpt-4o-*"] }, upstream: llm }]';
  const { gateway } = await lowerContextOf(`${several}${routes}`);
  expect(describeGateway(gateway)).toContain('  model gpt-4o|gpt-4o-*  ');
});
