import { stringify } from 'yaml';
import type { MapNode, PlainValue, ValueNode } from '../source/value-node.ts';

/** The merged spec as YAML. What came from the environment or a file is named, not shown. */
export function printSpec(root: MapNode): string {
  return stringify(withoutOutside(root), { lineWidth: 120, sortMapEntries: false });
}

function withoutOutside(node: ValueNode): PlainValue {
  if (node.kind === 'scalar') return node.origin ?? node.value;
  if (node.kind === 'list') return node.items.map(withoutOutside);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, withoutOutside(entry.value)]));
}
