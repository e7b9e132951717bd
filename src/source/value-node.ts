import type { Path } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source-file.ts';

/** A YAML value that knows where it was written. Merged documents keep the place of each of their parts. */
export type ValueNode = ScalarNode | MapNode | ListNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly span: Span;
  /** How the value may be named in a message when it came from outside the text: `${env:NAME}`, `${file:path}`. */
  readonly origin?: string;
  /**
   * The text that YAML read, for plain (unquoted) scalars only: numbers lose theirs (`0123`, `0x1F`, 20 digits).
   * With `origin`, this is a value from outside and must not be printed.
   */
  readonly raw?: string;
  /** A diagnostic about this value exists already and `value` is only a stand-in: later stages stay silent about it. */
  readonly unresolved?: true;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
  readonly span: Span;
}

export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: ValueNode;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ValueNode[];
  readonly span: Span;
}

export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** The bare data, for schemas. Objects have no prototype, so that a key `__proto__` is only a key. */
export function toPlain(node: ValueNode): PlainValue {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toPlain);
  const plain: Record<string, PlainValue> = Object.create(null);
  for (const entry of node.entries) plain[entry.key] = toPlain(entry.value);
  return plain;
}

/** The entry or item that a path leads to, or the deepest one on the way that exists. */
export function locate(
  root: ValueNode,
  path: Path,
): { readonly node: ValueNode; readonly keySpan?: Span; readonly found: boolean } {
  let node = root;
  let keySpan: Span | undefined;
  for (const step of path) {
    const entry = node.kind === 'map' ? entryOf(node, String(step)) : undefined;
    const next = node.kind === 'list' && typeof step === 'number' ? node.items[step] : entry?.value;
    if (next === undefined) return { node, ...(keySpan && { keySpan }), found: false };
    keySpan = entry?.keySpan;
    node = next;
  }
  return { node, ...(keySpan && { keySpan }), found: true };
}

const indexOf = new WeakMap<MapNode, ReadonlyMap<string, MapEntry>>();

/** The entry of a key; indexed, because specs with ten thousand keys are looked up key by key. */
export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  let index = indexOf.get(map);
  if (index === undefined) {
    index = new Map(map.entries.map((entry) => [entry.key, entry]));
    indexOf.set(map, index);
  }
  return index.get(key);
}
