import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Compilation, compile } from '../../src/compile.ts';
import { findTarget, type Target } from '../../src/nginx/targets.ts';
import { loadSource } from '../../src/source/load-source.ts';
import type { ListNode, MapNode, ValueNode } from '../../src/source/value-node.ts';
import { compileSpec, toNode } from '../hostile/compile-spec.ts';
import { specs } from '../hostile/specs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function findCases(): Promise<readonly (readonly [name: string, folder: string])[]> {
  const parents = ['examples', 'test/golden'].map((parent) => join(root, parent));
  const folders = await Promise.all(
    parents.map(async (parent) => (await readdir(parent)).map((name) => join(parent, name))),
  );
  const cases = folders.flat().filter((folder) => existsSync(join(folder, 'openclaw.yaml')));
  return cases.map((folder) => [basename(folder), folder]);
}

async function load(folder: string): Promise<MapNode> {
  const file = join(folder, 'case.json');
  const { overlays = [], env = {} } = existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : {};
  const { value } = await loadSource({
    ...{ file: 'openclaw.yaml', overlays, cwd: folder, env },
    stdin: async () => new Uint8Array(),
  });
  if (value === undefined) throw new Error(`cannot read the spec of ${folder}`);
  return value;
}

/** What an output calls things: names as nginx reads them, and what those of maps stand for. */
interface Names {
  readonly all: ReadonlySet<string>;
  readonly maps: ReadonlyMap<string, string>;
}

function namesIn({ artifacts = [], diagnostics }: Compilation): Names {
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(artifacts).not.toEqual([]);
  const files = artifacts.filter(({ path }) => path.endsWith('.conf'));
  const text = files.map((file) => file.text.replace(/^\s*#.*$/gm, '')).join('\n');
  const named =
    text.match(/\$\{?openclaw_\w+|@[\w.-]+|\/openclaw\/[\w./-]+|\bzone[= ][\w.-]+|\bupstream [\w.-]+/g) ?? [];
  const paths = artifacts.map(({ path }) => path).filter((path) => !path.startsWith('lua/openclaw/'));
  const maps = text.matchAll(/^(?:map|geo|split_clients) .*\$(openclaw_\w+) \{\n[^}]*\n\}$/gm);
  return { all: new Set([...paths, ...named]), maps: new Map([...maps].map(([map, name = '']) => [name, map])) };
}

/** The spec with its routes changed. */
function withRoutes(spec: MapNode, change: (routes: readonly ValueNode[]) => readonly ValueNode[]): MapNode {
  const entries = spec.entries.map((entry) =>
    entry.key === 'routes'
      ? { ...entry, value: { ...entry.value, items: change((entry.value as ListNode).items) } as ListNode }
      : entry,
  );
  return { ...spec, entries };
}

/** Routes of one path stay in their order, which decides who is asked first. */
function pathsReversed(routes: readonly ValueNode[]): readonly ValueNode[] {
  const pathOf = (route: ValueNode): string => {
    const found = (route as MapNode).entries.find(({ key }) => key === 'path')?.value;
    return found?.kind === 'scalar' ? String(found.value) : '';
  };
  const paths = [...new Set(routes.map(pathOf))].reverse();
  return paths.flatMap((path) => routes.filter((route) => pathOf(route) === path));
}

/** Routes of every kind that has variables of its own, beside those that the spec has. */
const first = toNode([
  { path: '/before-all-others/', match: { method: 'DELETE' }, auth: 'none', upstream: 'before' },
  { path: '/before-all-others/', match: { header: { 'X-Before': true } }, auth: 'none', upstream: 'before' },
  { path: '/before-all-others/', auth: 'none', upstream: 'before' },
  { path: '/before/', auth: 'none', split: { before: '10%', later: '90%' }, sticky: { header: 'X-Before' } },
  {
    path: '/before/copied/',
    match: { client: '192.0.2.0/24' },
    auth: 'none',
    upstream: 'before',
    mirror: { upstream: 'later', share: '1%' },
  },
]) as ListNode;

/** With what those routes lead to. */
function withUpstreams(spec: MapNode): MapNode {
  const more = toNode({
    before: { servers: ['127.0.0.1:9'], balance: { hash: { header: 'X-Before' } } },
    later: { servers: ['127.0.0.1:9'] },
  }) as MapNode;
  const entries = spec.entries.map((entry) =>
    entry.key === 'upstreams' && entry.value.kind === 'map'
      ? { ...entry, value: { ...entry.value, entries: [...more.entries, ...entry.value.entries] } }
      : entry,
  );
  return { ...spec, entries };
}

const target = findTarget('debian-13') as Target;
const cases = await findCases();

describe.each(cases)('%s', (_name, folder) => {
  test('names and what they stand for stay when routes are put before the others', async () => {
    const spec = await load(folder);
    const names = namesIn(compile({ root: spec, target }));
    const changed = withUpstreams(withRoutes(spec, (routes) => [...first.items, ...routes]));
    const more = namesIn(compile({ root: changed, target }));
    expect([...names.all].filter((name) => !more.all.has(name))).toEqual([]);
    expect(more.all.size).toBeGreaterThan(names.all.size);
    for (const [name, map] of names.maps) if (!listsPaths(name)) expect(more.maps.get(name)).toBe(map);
  });

  test('and when paths stand in another order', async () => {
    const spec = await load(folder);
    const names = namesIn(compile({ root: spec, target }));
    const reversed = namesIn(compile({ root: withRoutes(spec, pathsReversed), target }));
    expect([...reversed.all].sort()).toEqual([...names.all].sort());
    expect([...reversed.maps].sort()).toEqual([...names.maps].sort());
  });
});

/** Of the paths below one, to which new ones are added. */
function listsPaths(name: string): boolean {
  return name.startsWith('openclaw_doubt_paths_');
}

test('no variable is made twice', async () => {
  const roots = await Promise.all(cases.map(([, folder]) => load(folder)));
  for (const { artifacts = [] } of [
    ...roots.map((spec) => compile({ root: spec, target })),
    ...specs.map(compileSpec),
  ]) {
    const text = artifacts.map((artifact) => artifact.text).join('\n');
    const made = [...text.matchAll(/^(?:map|geo|split_clients) .*\$(openclaw_\w+) \{$/gm)].map(([, name]) => name);
    expect(made).not.toEqual([]);
    expect(made.filter((name, index) => made.indexOf(name) !== index)).toEqual([]);
  }
});
