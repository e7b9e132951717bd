import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const library = join(root, 'templates/lua/openclaw');

/** The text of each module of the Lua library, by its name. */
const modules = new Map(
  readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.lua'))
    .map((path) => [
      `openclaw.${path.slice(0, -'.lua'.length).replaceAll('/', '.')}`,
      readFileSync(join(library, path), 'utf8'),
    ]),
);

/** What the module is, and all that it names. */
function withNamed(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const text = modules.get(name);
    if (text === undefined || found.has(name)) return;
    found.add(name);
    for (const [, other = ''] of text.matchAll(/"(openclaw\.[a-z0-9_.]+)"/g)) visit(other);
  };
  names.forEach(visit);
  return [...found];
}

/** Modules that ask one of these for what it was given. */
function usersOf(names: readonly string[]): readonly string[] {
  return [...modules].flatMap(([user, text]) => (names.some((name) => text.includes(`"${name}"`)) ? [user] : []));
}

/** Keys that a module takes out of the data as it is given it, by configure(data) or init_worker(data). */
function partsReadBy(text: string): readonly string[] {
  return [...text.matchAll(/^function _M\.(?:configure|init|init_worker)\((?:data|gateway)\)$[\s\S]*?^end$/gm)].flatMap(
    ([body]) => [
      ...[...body.matchAll(/\bdata\.([a-z_]+)/g)].map(([, key = '']) => key),
      // By the kinds of ways to authenticate, which are a table of modules there.
      ...(body.includes('data[kind]')
        ? [...text.matchAll(/^ {2}([a-z_]+) = "openclaw\.callers\.[a-z_]+",$/gm)].map(([, key = '']) => key)
        : []),
    ],
  );
}

const readers = new Map<string, string[]>();
for (const [name, text] of modules)
  for (const key of partsReadBy(text)) readers.set(key, [...(readers.get(key) ?? []), name]);

/** The types of src/lower/common/gateway-data.ts: names of their fields, and of other types in them, by field. */
const types = new Map<string, ts.TypeNode>();
const source = ts.createSourceFile(
  'gateway-data.ts',
  readFileSync(join(root, 'src/lower/common/gateway-data.ts'), 'utf8'),
  ts.ScriptTarget.ES2022,
);
for (const statement of source.statements)
  if (ts.isTypeAliasDeclaration(statement)) types.set(statement.name.text, statement.type);

/** Names of all fields in a type, however deep; keys that a spec chooses are no fields. */
function fieldsOf(node: ts.Node, seen = new Set<string>()): readonly string[] {
  const found: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isPropertySignature(inner)) found.push(inner.name.getText(source));
    if (ts.isTypeReferenceNode(inner)) {
      const name = inner.typeName.getText(source);
      const type = types.get(name);
      if (type !== undefined && !seen.has(name)) {
        seen.add(name);
        found.push(...fieldsOf(type, seen));
      }
    }
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
}

/** The parts of the data, and what is in each. */
const parts = new Map<string, readonly string[]>();
ts.forEachChild(types.get('GatewayData') ?? source, (member) => {
  if (ts.isPropertySignature(member) && member.type !== undefined)
    parts.set(member.name.getText(source), fieldsOf(member.type));
});

test('Lua takes each part of the data, and no other', () => {
  expect([...readers.keys()].sort()).toEqual([...parts.keys()].sort());
});

test('every field of a part is read where the part is taken, or where that is asked for it', () => {
  const unread = [...parts].flatMap(([part, fields]) => {
    const texts = withNamed([...(readers.get(part) ?? []), ...usersOf(readers.get(part) ?? [])]).map(
      (name) => modules.get(name) ?? '',
    );
    return fields
      .filter((field) => !texts.some((text) => new RegExp(`[.]${field}\\b|"${field}"`).test(text)))
      .map((field) => `${part}: ${field}`);
  });
  expect(unread).toEqual([]);
});

/** Where `given` is what a client has sent. */
const ofRequests = ['openclaw.models.content_type', 'openclaw.models.multipart_head'];

test('what Lua reads of a piece that it is `given` is a field', () => {
  const fields = new Set([...parts.values()].flat());
  const read = [...modules].flatMap(([name, text]) =>
    ofRequests.includes(name)
      ? []
      : [...text.matchAll(/\bgiven\.([a-z_]+)/g)].map(([, field = '']) => ({ name, field })),
  );
  expect(read.length).toBeGreaterThan(50);
  expect(read.filter(({ field }) => !fields.has(field)).map(({ name, field }) => `${name}: ${field}`)).toEqual([]);
});

const emitted = ['examples', 'test/golden'].flatMap((parent) =>
  readdirSync(join(root, parent))
    .map((name) => join(root, parent, name, 'out/lua/gateway.lua'))
    .filter((path) => existsSync(path)),
);

test('whoever takes a part that is written is among the capabilities', () => {
  expect(emitted.length).toBeGreaterThan(10);
  const forgotten = emitted.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const list = /^ {2}capabilities = \{([^}]*)\}/m.exec(text)?.[1] ?? '';
    const capabilities = new Set([...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name));
    const written = [...text.matchAll(/^ {2}([a-z_]+) = /gm)].map(([, part = '']) => part);
    return written
      .filter((part) => part !== 'capabilities' && !readers.get(part)?.some((name) => capabilities.has(name)))
      .map((part) => `${path}: ${part}`);
  });
  expect(forgotten).toEqual([]);
});
