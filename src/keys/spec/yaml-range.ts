import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Range } from '../../diagnostics/source-file.ts';

/** From the first character of an item or entry to behind its last; comments and blank lines behind it are not in it. */
export function itemRange(text: string, item: unknown): Range {
  if (isPair(item)) {
    const key = itemRange(text, item.key);
    const value = item.value === null ? key : itemRange(text, item.value);
    // A value that is left out has its place behind the colon.
    return { start: key.start, end: Math.max(key.end, value.end) };
  }
  if (!isNode(item) || !item.range) throw new Error('a YAML node has no place');
  const [start, end] = item.range;
  if (isCollection(item) && !item.flow && item.items.length > 0)
    return { start, end: itemRange(text, item.items.at(-1)).end };
  // The line break at the end of a `|` text is part of it for YAML.
  return { start, end: isScalar(item) || isAlias(item) ? start + text.slice(start, end).trimEnd().length : end };
}

function isCollection(node: unknown): node is YAMLMap | YAMLSeq {
  return isMap(node) || isSeq(node);
}
