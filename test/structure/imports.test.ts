import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** From the top: a folder of `src` imports what stands below it, or beside it in the same group. */
const floors: readonly (readonly string[])[] = [
  ['cli', 'index'],
  ['run-program'],
  ['program'],
  ['commands'],
  ['keys', 'diff', 'engine', 'report', 'output'],
  ['compile'],
  ['render', 'lower', 'check'],
  ['rights'],
  ['gateway'],
  ['language'],
  ['source'],
  ['nginx'],
  ['command-result', 'world', 'compare-text', 'tool-version'],
  ['diagnostics'],
];

/** The stages that have rooms, and the order of rooms: each imports those behind it, and `common`. */
const stages = ['language', 'gateway', 'check', 'lower', 'diff'];
const rooms = [
  'deploy',
  'routes',
  'destinations',
  'callers',
  'upstreams',
  'credentials',
  'server',
  'limits',
  'reading',
  'common',
];
/** Rooms of templates/lua/openclaw, likewise. */
const luaRooms = ['', 'callers', 'attempts', 'upstreams', 'models', 'credentials', 'streams', 'net', 'core'];

/** As many as a person can look through. */
const mostFilesInAFolder = 30;

interface Import {
  readonly from: string;
  readonly to: string;
}

function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

const sources = filesBelow('src', '.ts');
const luaModules = filesBelow('templates/lua/openclaw', '.lua');

const imports: readonly Import[] = sources.flatMap((from) => {
  const text = readFileSync(join(root, from), 'utf8');
  const found = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)];
  return found.map(([, path = '']) => ({ from, to: relative(root, join(root, dirname(from), path)) }));
});

const luaImports: readonly Import[] = luaModules.flatMap((from) => {
  const text = readFileSync(join(root, from), 'utf8');
  const found = [...text.matchAll(/"openclaw\.([a-z0-9_.]+)"/g)];
  return found.map(([, name = '']) => ({
    from,
    to: `templates/lua/openclaw/${name.replaceAll('.', '/')}.lua`,
  }));
});

/** `lower` for src/lower/routes/plan.ts, `compile` for src/compile.ts. */
function floorOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

/** The room of a file in a stage; empty for the stage's own files, which stand above all rooms. */
function roomOf(path: string): string {
  const parts = path.split('/');
  return parts.length > 3 ? (parts[2] ?? '') : '';
}

function show({ from, to }: Import): string {
  return `${from} -> ${to}`;
}

test('the reader of imports sees some', () => {
  expect(imports.length).toBeGreaterThan(1000);
  expect(luaImports.length).toBeGreaterThan(100);
  expect(imports).toContainEqual({ from: 'src/compile.ts', to: 'src/render/render-files.ts' });
});

test('every folder of src stands on a floor', () => {
  const known = new Set(floors.flat());
  expect([...new Set(sources.map(floorOf))].filter((name) => !known.has(name))).toEqual([]);
});

test('no import leads to a floor above', () => {
  const level = (path: string): number => floors.findIndex((names) => names.includes(floorOf(path)));
  expect(imports.filter(({ from, to }) => level(to) < level(from)).map(show)).toEqual([]);
});

describe.each(stages)('in %s', (stage) => {
  const inside = imports.filter(({ from, to }) => floorOf(from) === stage && floorOf(to) === stage);

  test('every room is one of the list', () => {
    const found = new Set(sources.filter((path) => floorOf(path) === stage).map(roomOf));
    expect([...found].filter((room) => room !== '' && !rooms.includes(room))).toEqual([]);
  });

  test('rooms import only downward and `common`', () => {
    const level = (path: string): number => ['', ...rooms].indexOf(roomOf(path));
    expect(inside.filter(({ from, to }) => level(to) < level(from)).map(show)).toEqual([]);
  });
});

test('Lua modules import only downward', () => {
  const roomOfLua = (path: string): string => path.split('/').slice(3, -1).join('/');
  const level = (path: string): number => luaRooms.indexOf(roomOfLua(path));
  expect(luaModules.filter((path) => level(path) === -1)).toEqual([]);
  expect(luaImports.filter(({ from, to }) => level(to) < level(from)).map(show)).toEqual([]);
});

test('every Lua module that is required is there', () => {
  const known = new Set(luaModules);
  expect(luaImports.filter(({ to }) => !known.has(to)).map(show)).toEqual([]);
});

test('no import goes round in a circle', () => {
  const edges = new Map<string, string[]>();
  for (const { from, to } of imports) edges.set(from, [...(edges.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    else if (!done.has(file)) for (const to of edges.get(file) ?? []) visit(to, [...way, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

test(`no folder has more than ${mostFilesInAFolder} files`, () => {
  const counts = new Map<string, number>();
  for (const path of [...sources, ...luaModules]) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > mostFilesInAFolder)).toEqual([]);
});
