import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';
import ts from 'typescript';
import { expect, test } from 'vitest';

const templates = fileURLToPath(new URL('../../templates', import.meta.url));
const viewsFile = fileURLToPath(new URL('../../src/lower/template-views.ts', import.meta.url));

const names = readdirSync(templates, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.hbs') && !path.startsWith('partials/'))
  .map((path) => path.slice(0, -'.hbs'.length))
  .sort();

const program = ts.createProgram([viewsFile], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: ['node'],
});
const checker = program.getTypeChecker();

const views = new Map<string, ts.Type>();
for (const statement of program.getSourceFile(viewsFile)?.statements ?? [])
  if (ts.isInterfaceDeclaration(statement) && statement.name.text === 'TemplateViews')
    for (const property of checker.getTypeAtLocation(statement).getProperties())
      views.set(property.name, checker.getTypeOfSymbol(property));

function parse(path: string): hbs.AST.Program {
  return Handlebars.parse(readFileSync(`${templates}/${path}.hbs`, 'utf8'));
}

/** The type of a field, or undefined where one of the types that the value may have lacks it. */
function typeOfField(type: ts.Type, name: string): ts.Type | undefined {
  const found = partsOf(type).map((part) => part.getProperty(name));
  if (found.length === 0 || found.includes(undefined)) return undefined;
  const [first] = found;
  return first && checker.getTypeOfSymbol(first);
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  const given = checker.getNonNullableType(type);
  return given.isUnion() ? given.types : [given];
}

/** What the items of a list are; a block over anything else is given the thing itself. */
function itemOf(type: ts.Type): ts.Type {
  const [list = type] = partsOf(type);
  return checker.getIndexTypeOfType(list, ts.IndexKind.Number) ?? list;
}

/** Names that a template or its partials use and its view does not have. */
function missingFrom(program: hbs.AST.Program, place: string, scopes: readonly ts.Type[]): readonly string[] {
  const find = (expression: hbs.AST.Expression): { readonly type?: ts.Type; readonly missing: readonly string[] } => {
    const { parts, depth, original, loc } = expression as hbs.AST.PathExpression;
    let type = scopes.at(-1 - depth);
    for (const part of parts) type = type && typeOfField(type, part);
    return type === undefined ? { missing: [`${place}:${loc.start.line} ${original}`] } : { type, missing: [] };
  };
  return program.body.flatMap((statement): readonly string[] => {
    if (statement.type === 'MustacheStatement')
      return find((statement as hbs.AST.MustacheStatement).path as hbs.AST.Expression).missing;
    if (statement.type === 'PartialStatement') {
      const name = `partials/${((statement as hbs.AST.PartialStatement).name as hbs.AST.PathExpression).original}`;
      return missingFrom(parse(name), `${place} > ${name}`, scopes);
    }
    if (statement.type !== 'BlockStatement') return [];
    const { path, params, program: inner, inverse } = statement as hbs.AST.BlockStatement;
    const [tested] = params;
    const { type, missing } = find(tested as hbs.AST.Expression);
    if (type === undefined) return missing;
    const below =
      path.original === 'each' ? itemOf(type) : path.original === 'with' ? checker.getNonNullableType(type) : null;
    return [
      ...missingFrom(inner, place, below === null ? scopes : [...scopes, below]),
      ...(inverse === undefined ? [] : missingFrom(inverse, place, scopes)),
    ];
  });
}

test('every template has a view, and every view a template', () => {
  expect([...views.keys()].sort()).toEqual(names);
});

test.each(names)('%s uses what its view has', (name) => {
  const view = views.get(name);
  expect(view && missingFrom(parse(name), name, [view])).toEqual([]);
});

test('a name that a view does not have is found, in blocks and in partials too', () => {
  const view = views.get('conf.d/proxy.conf');
  const template = Handlebars.parse('{{pass}}\n{{#with tls}}\n{{#if verfy}}{{name}}{{/if}}\n{{/with}}\n{{> limits}}\n');
  expect(view && missingFrom(template, 'example', [view])).toEqual([
    'example:3 verfy',
    'example > partials/limits:1 limits',
  ]);
});
