import type { Span } from '../../diagnostics/source-file.ts';
import { keyHash } from '../../language/common/access-scalars.ts';
import { entryOf, type ListNode, type MapNode, type ValueNode } from '../../source/value-node.ts';
import type { KeyTimes } from '../key-times.ts';
import { parseMoment } from '../moments.ts';
import { type Right, rightNames } from '../right-names.ts';

/** A client of a spec; `index` is its place in the list. */
export interface SpecClient {
  readonly id: string;
  readonly index: number;
  readonly idSpan: Span;
  readonly node: MapNode;
  readonly rights: readonly Right[];
  readonly keys: readonly SpecKey[];
}

interface SpecKey extends KeyTimes {
  /** 64 lower-case hexadecimal digits. */
  readonly hash: string;
  readonly span: Span;
}

/** The clients of a list whose shape is checked already; those with values that could not be had are left out. */
export function readClients(clients: ListNode | undefined): readonly SpecClient[] {
  return (clients?.items ?? []).flatMap((node, index) => {
    if (node.kind !== 'map') return [];
    const id = entryOf(node, 'id')?.value;
    const value = entryOf(node, 'key')?.value;
    if (id === undefined || value === undefined || textOf(id) === undefined) return [];
    const keys = (value.kind === 'list' ? value.items : [value]).flatMap(readKey);
    return [{ id: textOf(id) ?? '', index, idSpan: id.span, node, rights: readRights(node), keys }];
  });
}

function readKey(node: ValueNode): readonly SpecKey[] {
  const hash = keyHash.safeParse(node.kind === 'map' ? textOf(entryOf(node, 'hash')?.value) : textOf(node));
  if (!hash.success) return [];
  const time = (name: string) =>
    node.kind === 'map' ? parseMoment(textOf(entryOf(node, name)?.value) ?? '') : undefined;
  return [{ hash: hash.data, span: node.span, from: time('not_before'), until: time('not_after') }];
}

function readRights(client: MapNode): readonly Right[] {
  return rightNames.flatMap((name): Right[] => {
    const value = entryOf(client, name)?.value;
    if (value?.kind === 'list') return [[name, value.items.flatMap((item) => textOf(item) ?? [])]];
    const text = textOf(value);
    return text === undefined ? [] : [[name, text]];
  });
}

function textOf(node: ValueNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' && !node.unresolved ? node.value : undefined;
}

/** The references without which a client of the list cannot be read. */
export function findUnknown(clients: ListNode | undefined): readonly string[] {
  return (clients?.items ?? []).flatMap((node) => {
    const parts = node.kind === 'map' ? ['id', 'key'].map((key) => entryOf(node, key)?.value) : [node];
    return parts.flatMap((part) => (part === undefined ? [] : unresolvedIn(part))).slice(0, 1);
  });
}

function unresolvedIn(node: ValueNode): readonly string[] {
  if (node.kind === 'scalar') return node.unresolved ? [node.origin ?? 'an alias'] : [];
  return (node.kind === 'list' ? node.items : node.entries.map(({ value }) => value)).flatMap(unresolvedIn);
}
