import type { Path } from '../../src/diagnostics/diagnostic.ts';
import { jsonSchema } from '../../src/language/json-schema.ts';
import type { PlainValue } from '../../src/source/value-node.ts';

/** A place for a hostile text: a value, or the name of an entry where users choose names. */
export interface Field {
  readonly kind: 'value' | 'key';
  readonly spec: PlainValue;
  readonly path: Path;
  /** What `schemaKeys` would call the place. */
  readonly name: string;
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
const chosenKeys =
  /^(?:upstreams|models|rate_zones|routes\[\]\.split|compose\.backends|address_lists|key_maps|jwt|introspection|basic_auth|client_certificates|.*\.(?:header|query|response_headers|request_headers|headers|require|users|tiers))$/;

/** Every scalar and every chosen key of a spec, and what `schemaKeys` would call the keys in it. */
export function fieldsOf(spec: PlainValue): { readonly fields: readonly Field[]; readonly keys: ReadonlySet<string> } {
  const fields: Field[] = [];
  const keys = new Set<string>();
  // fast-check prints what has a `toString` of its own by it, and a whole spec otherwise.
  const add = (field: Field): number => fields.push(Object.assign(field, { toString: () => field.label }));
  const visit = (value: PlainValue, path: Path, name: string): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item as PlainValue, [...path, index], `${name}[]`);
    } else if (value !== null && typeof value === 'object') {
      for (const [key, below] of Object.entries(value)) {
        const place = [...path, key];
        const label = place.join('.');
        // `balance.hash` and `credential` take a `header` and a `query` by name; those of `match` are mappings.
        const isChosen = chosenKeys.test(name);
        const next = isChosen ? `${name}.*` : name === '' ? key : `${name}.${key}`;
        if (isChosen) add({ kind: 'key', spec, path: place, name: next, label: `the key ${label}` });
        keys.add(next);
        visit(below, place, next);
      }
    } else {
      add({ kind: 'value', spec, path, name, label: path.join('.') });
    }
  };
  visit(spec, [], '');
  return { fields, keys };
}

export function valueAt(spec: PlainValue, path: Path): unknown {
  return path.reduce<unknown>((node, step) => (node as Record<string | number, unknown>)[step], spec);
}

/** Names, and the places that refer to them. */
const references: readonly (readonly [defined: RegExp, named: RegExp])[] = [
  [
    /^upstreams\.\*$/,
    /^routes\[\]\.upstream$|^routes\[\]\.mirror(?:\.upstream)?$|^models\.[^.]+(?:\.upstream)?$|\.fallback(?:\[\])?(?:\.upstream)?$|^routes\[\]\.split key$|\.clients\[\]\.upstreams(?:\[\])?$/,
  ],
  [/^rate_zones\.\*$/, /^(?:server|routes\[\])\.limits(?:\[\])?$/],
  [/^address_lists\.\*$/, /(?:^|\.)(?:allow|deny|addresses)(?:\[\])?$/],
  [
    /^(?:key_maps|jwt|introspection|basic_auth|client_certificates)\.\*$/,
    /^routes\[\]\.auth(?:\.any|\.all)?(?:\[\])?$|\.same_clients_as$/,
  ],
  [/^routes\[\]\.name$/, /\.clients\[\]\.routes(?:\[\])?$|\.for\[\]\.route$/],
];

export function ownText(field: Field): string {
  return field.kind === 'key' ? String(field.path.at(-1)) : String(valueAt(field.spec, field.path));
}

/** The spec with a text in a field; what refers to a renamed thing follows. */
export function withText(field: Field, text: string): PlainValue {
  const own = ownText(field);
  const named = references.find(([defined]) => defined.test(field.name))?.[1];
  const rebuild = (node: PlainValue, path: Path, name: string): PlainValue => {
    if (Array.isArray(node)) {
      return node.map((item: PlainValue, index) => rebuild(item, [...path, index], `${name}[]`));
    }
    if (node !== null && typeof node === 'object') {
      const map: Record<string, PlainValue> = Object.create(null);
      for (const [key, below] of Object.entries(node)) {
        const place = [...path, key];
        const next = name === '' ? key : `${name}.${key}`;
        const isMeant = field.kind === 'key' && isSame(place, field.path);
        const isReference = key === own && named?.test(`${name} key`);
        map[isMeant || isReference ? text : key] = rebuild(below, place, next);
      }
      return map;
    }
    const isMeant = field.kind === 'value' && isSame(path, field.path);
    return isMeant || (node === own && named?.test(name)) ? text : node;
  };
  return rebuild(field.spec, [], '');
}

function isSame(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}
