import { describe, expect, test } from 'vitest';
import { type Compilation, compile } from '../../src/compile.ts';
import { isError, type Path } from '../../src/diagnostics/diagnostic.ts';
import { defaultTargetName, findTarget, withModules } from '../../src/nginx/targets.ts';
import type { MapNode, PlainValue } from '../../src/source/value-node.ts';
import { vaultSpecs } from '../hostile/access-spec.ts';
import { toNode } from '../hostile/compile-spec.ts';
import { fieldsOf, schemaKeys, valueAt } from '../hostile/fields.ts';
import { specs } from '../hostile/specs.ts';
import { otherwiseSpecs } from './otherwise-specs.ts';

/** Keys that change no file, and why they may. Whoever adds one here says what it is for instead. */
const withoutOutput: Readonly<Record<string, string>> = {
  version: 'there is one',
  include: 'is gone once files are merged; test/source reads them',
  'upstreams.*.longest_answer': 'the build warns where less time is left for an answer',
  'routes[].answer': 'there is one',
  'upstreams.*.credential.hosts': 'the build refuses to send the key to others',
  'routes[].timeouts.client': 'the build warns where clients give up before the gateway does',
};

interface Built {
  readonly compilation: Compilation;
  /** Null where the spec is refused. */
  readonly files: string | null;
}

function build(spec: PlainValue): Built {
  const { target: given = defaultTargetName } = spec as {
    target?: string | { name: string; lua?: boolean; brotli?: boolean };
  };
  const { name = defaultTargetName, ...modules } = typeof given === 'string' ? { name: given } : given;
  const found = findTarget(name);
  if (found === undefined) return { compilation: { diagnostics: [] }, files: null };
  const compilation = compile({ root: toNode(spec) as MapNode, target: withModules(found, modules) });
  const { artifacts } = compilation;
  // Without comments, which name places of the spec.
  return {
    compilation,
    files: artifacts?.map(({ path, text }) => `${path}\n${text.replace(/^\s*(?:#|--).*\n/gm, '')}`).join('\n') ?? null,
  };
}

const maximal = [...otherwiseSpecs, ...specs].map((spec) => ({ spec, built: build(spec) }));

/** A place of a key in a spec, with that spec and what it builds. */
interface Place {
  readonly spec: PlainValue;
  readonly built: Built;
  readonly path: Path;
}

/** A key that a spec has in many places shows what it does in the first of them, and with the first of many values. */
const triedPlaces = 3;
const triedValues = 60;

/** By the name that the schema has for the key, all its places. */
const places = new Map<string, Place[]>();
for (const { spec, built } of maximal) {
  for (const { path, name } of keyPlaces(spec)) {
    // The others are as in the spec that these vary.
    if (vaultSpecs.includes(spec) && !name.startsWith('vault.auth')) continue;
    const known = places.get(name);
    if (known === undefined) places.set(name, [{ spec, built, path }]);
    else if (known.filter((place) => place.spec === spec).length < triedPlaces) known.push({ spec, built, path });
  }
}

function keyPlaces(spec: PlainValue): readonly { readonly path: Path; readonly name: string }[] {
  const { fields } = fieldsOf(spec);
  const found = new Map<string, { path: Path; name: string }>();
  for (const { path, name } of fields) {
    // From the value up to the section, each step that is a key.
    let label = name;
    for (let length = path.length; length > 0; length--) {
      const at = path.slice(0, length);
      if (typeof at.at(-1) === 'string') {
        found.set(JSON.stringify(at), { path: at, name: label });
        label = label.replace(/\.[^.]*$/, '');
      } else label = label.replace(/\[\]$/, '');
    }
  }
  return [...found.values()];
}

function changed(spec: PlainValue, path: Path, value: PlainValue | undefined): PlainValue {
  const copy = structuredClone(spec) as PlainValue;
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string, PlainValue>;
  const key = String(path.at(-1));
  if (value === undefined) delete parent[key];
  else parent[key] = value;
  return copy;
}

/** Other values that a key may have, likely ones first: of text, those with a small change, then names of the spec. */
function others(value: PlainValue, spec: PlainValue): readonly PlainValue[] {
  if (typeof value === 'number') return [value + 1];
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'string') {
    const digits = [...value.matchAll(/[0-9]/g)].slice(0, 4);
    const counted = digits.map(
      ({ index, 0: digit }) => value.slice(0, index) + (Number(digit) ^ 1) + value.slice(index + 1),
    );
    return [`${value}x`, ...counted, ...namesIn(spec).filter((name) => name !== value)];
  }
  if (value === null || typeof value !== 'object') return [];
  const below = Object.keys(value);
  const without = below.map((key) =>
    Array.isArray(value) ? value.toSpliced(Number(key), 1) : changed(value, [key], undefined),
  );
  const within = below.flatMap((key) =>
    others(valueAt(value, [key]) as PlainValue, spec).map(
      (other): PlainValue => (Array.isArray(value) ? value.with(Number(key), other) : changed(value, [key], other)),
    ),
  );
  const swapped = Object.fromEntries(below.map((key, index) => [key, valueAt(value, [below.at(-1 - index) ?? key])]));
  return [...without, ...within, ...(Array.isArray(value) ? [] : [swapped as PlainValue])];
}

/** What one part of a spec may call another. */
function namesIn(spec: PlainValue): readonly string[] {
  const { routes, ...sections } = spec as { routes: readonly { name?: string }[] };
  const named = ['upstreams', 'key_maps', 'jwt', 'rate_zones'].flatMap((section) =>
    Object.keys((sections as Record<string, object>)[section] ?? {}),
  );
  return [...named, ...routes.flatMap(({ name }) => name ?? []), 'web', 'batch'];
}

/** Whether the key changes what is built, somewhere, when it goes or, where it cannot, when it has another value. */
function doesSomething(key: string): boolean {
  const all = places.get(key) ?? [];
  const differs = ({ spec, built, path }: Place, value: PlainValue | undefined): boolean => {
    const { files } = build(changed(spec, path, value));
    return files !== null && files !== built.files;
  };
  if (all.some((place) => differs(place, undefined))) return true;
  const elsewhere = all.map(({ spec, path }) => valueAt(spec, path) as PlainValue);
  return all.some((place) =>
    [...elsewhere, ...others(valueAt(place.spec, place.path) as PlainValue, place.spec)]
      .slice(0, triedValues)
      .some((value) => differs(place, value)),
  );
}

test('the specs compile', () => {
  for (const { built } of maximal) expect(built.compilation.diagnostics.filter(isError)).toEqual([]);
});

describe('every key of the language', () => {
  test('is in one of the specs', () => {
    expect(schemaKeys().filter((key) => !places.has(key) && key !== 'include')).toEqual([]);
  });

  test.each(schemaKeys().filter((key) => !(key in withoutOutput)))('%s changes what is built', (key) => {
    expect(doesSomething(key)).toBe(true);
  });

  test.each(Object.entries(withoutOutput))('%s changes nothing: %s', (key) => {
    expect(doesSomething(key)).toBe(false);
  });
});

test('a key that does nothing is noticed', () => {
  expect(places.get('x-note')).toHaveLength(1);
  expect(doesSomething('x-note')).toBe(false);
});
