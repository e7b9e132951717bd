import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workRules } from '../../../src/rights/work-rules.ts';
import { type ModelGateway, startModelGateway } from './model-gateway.ts';

const rules = workRules() as {
  readonly [name in 'free' | 'hidden_by' | 'hiding_tools' | 'naming_ends' | 'tools']: readonly string[];
};

let gateway: ModelGateway;
beforeAll(async () => {
  gateway = await startModelGateway('1.26');
});
afterAll(() => gateway?.stop());

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What should be found in a body, by a reader that parses it: names, or that it has to be refused. */
function read(body: Json): string {
  const found = { names: new Set<string>(), requests: 0, named: 0, isRefused: false };
  visit(body, []);
  return found.isRefused ? 'refused' : `${found.requests} ${found.named} ${[...found.names].sort().join(',')}`;

  /** Returns whether the value names a model, for what stands above. `path` has the keys that lead there, `[]` for items. */
  function visit(value: Json, path: readonly string[]): boolean {
    const key = path.findLast((step) => step !== '[]');
    if (Array.isArray(value)) {
      const named = value.map((item) =>
        typeof item === 'string' ? take(item, isNaming(key)) : visit(item, [...path, '[]']),
      );
      return isNaming(key) && named.includes(true);
    }
    if (typeof value !== 'object' || value === null) return false;
    const isRequest = path.join('.') === 'requests.[]';
    if (isRequest) found.requests += 1;
    let isNamed = false;
    let isTool = false;
    for (const [name, inner] of Object.entries(value as Readonly<Record<string, Json>>)) {
      if (isFree(name, key)) continue;
      if (inner !== null && isHiding(name, path.length === 0 ? 'top' : (key ?? ''))) found.isRefused = true;
      if (typeof inner === 'string') {
        if (name === 'type' || (name === 'id' && key === 'plugins')) {
          if (rules.hiding_tools.includes(inner)) found.isRefused = true;
          isTool ||= rules.tools.includes(inner);
        } else if (isNaming(name) || (isNaming(key) && (name === 'id' || name === 'name'))) {
          isNamed = true;
          if (path.length > 0 || name !== 'model') take(inner, true);
        }
      } else {
        const isBelow = visit(inner, [...path, name]);
        isNamed ||= isBelow && (name === 'parameters' || isNaming(name));
        if (isRequest && name === 'params' && isBelow && !Array.isArray(inner)) found.named += 1;
      }
    }
    if (isTool && !isNamed) found.isRefused = true;
    return isNamed;
  }

  function take(name: string, isModel: boolean): boolean {
    if (isModel && name === '') found.isRefused = true;
    else if (isModel) found.names.add(name);
    return isModel;
  }
}

const squeeze = (key: string) => key.toLowerCase().replace(/[_-]/g, '');
const isNaming = (key = '') => rules.naming_ends.some((end) => squeeze(key).endsWith(end));
const isFree = (key: string, above: string | undefined) =>
  rules.free.includes(key) || rules.free.includes(`${above}.${key}`);
const isHiding = (key: string, above: string) =>
  rules.hidden_by.some((hidden) => [squeeze(key), `${squeeze(above)}.${squeeze(key)}`].includes(squeeze(hidden)));

const keys = [
  ...['model', 'models', 'Model', 'safety_model', 'deploymentName', 'type', 'id', 'name', 'a', 'b'],
  ...['tools', 'plugins', 'requests', 'params', 'parameters', 'content', 'input', 'properties', 'metadata', 'session'],
  ...['prompt', 'agent_id', 'inputConfig', 'fileName', 'input_file_id'],
];
const texts = ['fast', 'other', 'image_generation', 'openrouter:advisor', 'fusion', 'a"b\\', '', '{"model":"x"}', 'é'];
const { body } = fc.letrec<{ body: Json; value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    { arbitrary: fc.constantFrom(...texts, 1, -2.5e3, true, null), weight: 3 },
    { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 2 },
    { arbitrary: tie('body'), weight: 4 },
  ),
  body: fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
}));

test('what names models is found, in whatever body', async () => {
  const bodies = fc.sample(body, { numRuns: 4000, seed: 20261129 });
  const written = bodies.map((given, index) => JSON.stringify(given, null, index % 3));
  const answers = (await gateway.call('inner', written)).map((answer) => {
    const [requests, named, ...names] = answer.split(' ');
    return /^\d+ \d+ /.test(answer)
      ? `${requests} ${named} ${names.join(' ').split(',').filter(Boolean).sort().join(',')}`
      : 'refused';
  });
  const wanted = bodies.map(read);
  const wrong = answers.flatMap((answer, index) =>
    answer === wanted[index] ? [] : [[written[index], answer, wanted[index]]],
  );
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(new Set(wanted).size).toBeGreaterThan(20);
});
