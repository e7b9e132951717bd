import type { Path } from '../../src/diagnostics/diagnostic.ts';
import type { PlainValue } from '../../src/source/value-node.ts';
import { jsonSchema } from '../../src/spec/json-schema.ts';

/** A place for a hostile text: a value, or the name of an entry where users choose names. */
export interface Field {
  readonly kind: 'value' | 'key';
  readonly path: Path;
  readonly label: string;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | false;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** Every key of the language, as in `upstreams.*.servers[].address`. */
export function schemaKeys(): readonly string[] {
  const keys = new Set<string>();
  const visit = (node: SchemaNode, path: string): void => {
    for (const branch of node.anyOf ?? []) visit(branch, path);
    if (node.items !== undefined) visit(node.items, `${path}[]`);
    if (node.additionalProperties) visit(node.additionalProperties, `${path}.*`);
    for (const [key, below] of Object.entries(node.properties ?? {})) {
      const name = path === '' ? key : `${path}.${key}`;
      keys.add(name);
      visit(below, name);
    }
  };
  visit(jsonSchema() as SchemaNode, '');
  return [...keys];
}

/** Where users choose the keys themselves. */
const chosenKeys = /^(?:upstreams|compose\.backends|.*\.(?:header|query|response_headers|request_headers))$/;

/** Every scalar and every chosen key of a spec; `keysOf` what `schemaKeys` would call the keys in it. */
export function fieldsOf(spec: PlainValue): { readonly fields: readonly Field[]; readonly keys: ReadonlySet<string> } {
  const fields: Field[] = [];
  const keys = new Set<string>();
  const visit = (value: PlainValue, path: Path, name: string): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item as PlainValue, [...path, index], `${name}[]`);
    } else if (value !== null && typeof value === 'object') {
      for (const [key, below] of Object.entries(value)) {
        const place = [...path, key];
        const label = place.join('.');
        // `balance.hash` and `credential` take a `header` and a `query` by name; those of `match` are mappings.
        const isChosen = chosenKeys.test(name);
        if (isChosen) fields.push({ kind: 'key', path: place, label: `the key ${label}` });
        const next = isChosen ? `${name}.*` : name === '' ? key : `${name}.${key}`;
        keys.add(next);
        visit(below, place, next);
      }
    } else {
      fields.push({ kind: 'value', path, label: path.join('.') });
    }
  };
  visit(spec, [], '');
  return { fields, keys };
}

export function valueAt(spec: PlainValue, path: Path): unknown {
  return path.reduce<unknown>((node, step) => (node as Record<string | number, unknown>)[step], spec);
}

/** The spec with a text in a field; a renamed upstream keeps its routes. */
export function withText(spec: PlainValue, field: Field, text: string): PlainValue {
  const rebuild = (node: PlainValue, depth: number): PlainValue => {
    const step = field.path[depth];
    if (step === undefined) return text;
    if (Array.isArray(node)) {
      return node.map((item: PlainValue, index) => (index === step ? rebuild(item, depth + 1) : item));
    }
    const isLast = depth === field.path.length - 1;
    const entries = Object.entries(node as Readonly<Record<string, PlainValue>>).map(([key, below]) => {
      if (key !== step) return [key, below] as const;
      return isLast && field.kind === 'key' ? ([text, below] as const) : ([key, rebuild(below, depth + 1)] as const);
    });
    const map: Record<string, PlainValue> = Object.create(null);
    for (const [key, below] of entries) map[key] = below;
    return map;
  };
  const changed = rebuild(spec, 0);
  const isUpstream = field.kind === 'key' && field.path.length === 2 && field.path[0] === 'upstreams';
  if (!isUpstream) return changed;
  const { routes, ...rest } = changed as { readonly routes: readonly { readonly upstream: string }[] };
  const [, name] = field.path;
  const renamed = routes.map((route) => (route.upstream === name ? { ...route, upstream: text } : route));
  return { ...rest, routes: renamed } as unknown as PlainValue;
}
