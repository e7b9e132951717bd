import { stringify } from 'yaml';
import { secretsWithin } from '../diagnostics/secret-texts.ts';
import type { Span } from '../diagnostics/source-file.ts';
import type { MapNode, PlainValue, ValueNode } from '../source/value-node.ts';

/**
 * The merged spec as YAML. What came from the environment or a file is named, not shown; nor is a value of a spec with
 * errors that looks like a secret, which may be the very error.
 */
export function printSpec(root: MapNode, { isValid }: { readonly isValid: boolean }): string {
  return stringify(shown(root, !isValid), { lineWidth: 120, sortMapEntries: false });
}

function shown(node: ValueNode, hides: boolean): PlainValue {
  if (node.kind === 'scalar') return node.origin ?? (hides && isHidden(node.span) ? '•'.repeat(8) : node.value);
  if (node.kind === 'list') return node.items.map((item) => shown(item, hides));
  return Object.fromEntries(
    node.entries.map(({ key, keySpan, value }) => [
      hides && isHidden(keySpan) ? '•'.repeat(8) : key,
      shown(value, hides),
    ]),
  );
}

function isHidden({ source, start, end }: Span): boolean {
  return secretsWithin(source, { start, end }).length > 0;
}
