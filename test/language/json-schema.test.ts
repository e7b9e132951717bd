import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '../../src/language/json-schema.ts';
import { maximalSpec } from '../hostile/maximal-spec.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const schema = jsonSchema() as Schema;

function visit(node: Schema, path: string, look: (node: Schema, path: string) => void): void {
  look(node, path);
  for (const [key, below] of Object.entries(node.properties ?? {})) visit(below, `${path}.${key}`, look);
  for (const below of [...(node.anyOf ?? []), ...(node.allOf ?? [])]) visit(below, path, look);
  if (node.items !== undefined) visit(node.items, `${path}[]`, look);
  if (node.propertyNames !== undefined) visit(node.propertyNames, `${path}.(name)`, look);
  if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, `${path}.*`, look);
}

const known = new Set([
  ...[
    '$schema',
    'title',
    'description',
    'examples',
    'type',
    'pattern',
    'const',
    'enum',
    'anyOf',
    'allOf',
    'properties',
  ],
  ...[
    'patternProperties',
    'propertyNames',
    'additionalProperties',
    'required',
    'items',
    'minItems',
    'minimum',
    'maximum',
  ],
]);

/** Where a value breaks the schema: as much of draft 7 as ours uses. */
function problemsOf(node: Schema, value: unknown, path = ''): readonly string[] {
  const no = (ok: boolean, what: string) => (ok ? [] : [`${path}: ${what}`]);
  const found: string[] = [
    ...no(node.type === undefined || isOfType(node.type, value), `is no ${node.type}`),
    ...no(!('const' in node) || node.const === value, `is not ${node.const}`),
    ...no(node.enum === undefined || node.enum.includes(value), 'is none of the allowed'),
    ...no(node.anyOf?.some((branch) => problemsOf(branch, value, path).length === 0) ?? true, 'fits no branch'),
    ...(node.allOf ?? []).flatMap((branch) => problemsOf(branch, value, path)),
  ];
  if (typeof value === 'string')
    found.push(...no(node.pattern === undefined || new RegExp(node.pattern).test(value), 'pattern'));
  if (typeof value === 'number')
    found.push(...no(value >= (node.minimum ?? value) && value <= (node.maximum ?? value), 'is out of range'));
  if (Array.isArray(value)) {
    found.push(...no(value.length >= (node.minItems ?? 0), 'is too short'));
    value.forEach((item, index) => {
      found.push(...problemsOf(node.items ?? {}, item, `${path}[${index}]`));
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const key of node.required ?? []) found.push(...no(key in value, `lacks ${key}`));
    for (const [key, below] of Object.entries(value)) {
      const place = `${path}.${key}`;
      const own = node.properties?.[key];
      const matching = Object.keys(node.patternProperties ?? {}).some((pattern) => new RegExp(pattern).test(key));
      if (node.propertyNames !== undefined) found.push(...problemsOf(node.propertyNames, key, place));
      if (own !== undefined) found.push(...problemsOf(own, below, place));
      else if (typeof node.additionalProperties === 'object')
        found.push(...problemsOf(node.additionalProperties, below, place));
      else if (node.additionalProperties === false && !matching) found.push(`${place}: is unknown`);
    }
  }
  return found;
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

test('uses nothing that this test does not know', () => {
  visit(schema, '', (node, path) => {
    expect(
      Object.keys(node).filter((key) => !known.has(key)),
      path,
    ).toEqual([]);
  });
});

test('describes every key in a sentence', () => {
  visit(schema, '', (node, path) => {
    for (const [key, below] of Object.entries(node.properties ?? {})) {
      expect(below.description, `${path}.${key}`).toMatch(/^(?:[A-Z`]|gzip: ).*[.]$/);
    }
  });
});

test('has no object that takes any key', () => {
  visit(schema, '', (node, path) => {
    if (node.type === 'object')
      expect(node.additionalProperties, path).toSatisfy((more) => more !== undefined && more !== true);
  });
});

test('anchors every pattern as a whole, and its examples match', () => {
  visit(schema, '', ({ pattern, examples = [] }, path) => {
    if (pattern === undefined) return;
    expect(pattern, path).toMatch(/^\^.*\$$/);
    expect(alternatives(pattern), path).toBe(1);
    expect(examples.length, path).toBeGreaterThan(0);
    for (const example of examples) expect(String(example), path).toMatch(new RegExp(pattern));
  });
});

/** How many alternatives a pattern has outside of its groups: `^a|b$` is anchored on one side of each only. */
function alternatives(pattern: string): number {
  const plain = pattern.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '');
  let depth = 0;
  let count = 1;
  for (const character of plain) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '|' && depth === 0) count += 1;
  }
  return count;
}

describe('accepts', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));

  test('a spec that uses every key', () => {
    expect(problemsOf(schema, maximalSpec)).toEqual([]);
  });

  test('every example', async () => {
    const names = await readdir(join(root, 'examples'));
    const files = names.map((name) => join(root, 'examples', name, 'openclaw.yaml')).filter(existsSync);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(problemsOf(schema, parse(await readFile(file, 'utf8'), { merge: true })), file).toEqual([]);
    }
  });

  test('keys for anchors', () => {
    expect(problemsOf(schema, { ...maximalSpec, 'x-base': { any: 1 } })).toEqual([]);
  });
});

test.each<[string, object]>([
  ['an unknown key', { routs: [] }],
  ['a wrong version', { version: 2 }],
  ['no routes', { routes: [] }],
  ['a bad name', { upstreams: { 'A B': ['a:1'] } }],
  ['a route that does not say who may call', { routes: [{ path: '/v1/', upstream: 'a' }] }],
  ['a bad path', { routes: [{ path: 'v1', upstream: 'a', auth: 'none' }] }],
])('refuses %s', (_name, changes) => {
  expect(problemsOf(schema, { ...maximalSpec, ...changes })).not.toEqual([]);
});

test('the committed schema is this one', async () => {
  const committed = await readFile(
    fileURLToPath(new URL('../../schema/openclaw.schema.json', import.meta.url)),
    'utf8',
  );
  expect(committed).toBe(`${JSON.stringify(schema, null, 2)}\n`);
});
