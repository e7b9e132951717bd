import { type Document, isAlias, isMap, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../diagnostics/source-file.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { problem } from './problem.ts';
import type { MapEntry, ScalarNode, ValueNode } from './value-node.ts';
import { nameOf } from './yaml-problem.ts';

/** Deeper than any spec that a person can read, and far from the end of the stack. */
export const maxDepth = 100;

/** Two million values: ten times what ten thousand routes need, and what the later stages can still hold. */
export const maxNodes = 2_000_000;

/** How many values a spec may still grow to, shared by all of its files; an alias counts as what it stands for. */
export interface NodeBudget {
  left: number;
}

interface Conversion {
  readonly source: SourceFile;
  readonly budget: NodeBudget;
  readonly diagnostics: Diagnostic[];
  readonly anchors: Map<string, Anchored>;
  /** Anchors of the collections that are being converted: an alias to one of them would have no end. */
  readonly open: Set<string>;
  exhausted: boolean;
}

interface Anchored {
  readonly node: ValueNode;
  readonly size: number;
  readonly height: number;
}

interface Place {
  readonly depth: number;
  /** For nodes that the YAML library left out, as in `{ key }`. */
  readonly offset: number;
}

/**
 * YAML nodes to values with their places, aliases and merge keys resolved. Aliases share the value that they stand for,
 * so that an alias bomb is found by counting and never built. No value when the spec expands to too much.
 */
export function toValueNode(document: Document.Parsed, source: SourceFile, budget: NodeBudget): Outcome<ValueNode> {
  const diagnostics: Diagnostic[] = [];
  const conversion: Conversion = {
    source,
    budget,
    diagnostics,
    anchors: new Map(),
    open: new Set(),
    exhausted: false,
  };
  const value = convert(conversion, document.contents, { depth: 1, offset: 0 });
  return conversion.exhausted ? { diagnostics } : { value, diagnostics };
}

function convert(conversion: Conversion, node: unknown, place: Place): ValueNode {
  if (isAlias(node)) return resolveAlias(conversion, node.source, spanOf(conversion, node, place), place.depth);
  const span = spanOf(conversion, node, place);
  if (!spend(conversion, 1, span)) return standIn(span);
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) conversion.open.add(anchor);
  const before = conversion.budget.left;
  const value = isMap(node)
    ? convertMap(conversion, node, span, place.depth)
    : isSeq(node)
      ? convertList(conversion, node, span, place.depth)
      : convertScalar(node, span);
  if (anchor !== undefined) {
    conversion.open.delete(anchor);
    const size = before - conversion.budget.left + 1;
    conversion.anchors.set(anchor, { node: value, size, height: heightOf(value, new Map()) });
  }
  return value;
}

function convertScalar(node: unknown, span: Span): ScalarNode {
  if (!isScalar(node)) return { kind: 'scalar', value: null, span };
  const { value, source = '' } = node;
  const isPlain = node.type === 'PLAIN' && node.tag === undefined;
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  const scalar = known ? value : source;
  return isPlain ? { kind: 'scalar', value: scalar, span, raw: source } : { kind: 'scalar', value: scalar, span };
}

function convertList(conversion: Conversion, node: YAMLSeq, span: Span, depth: number): ValueNode {
  const items: ValueNode[] = [];
  for (const item of node.items) {
    if (conversion.exhausted) break;
    items.push(convert(conversion, item, { depth: depth + 1, offset: items.at(-1)?.span.end ?? span.start }));
  }
  return { kind: 'list', items, span: node.flow ? span : endAt(span, items.at(-1)?.span) };
}

function convertMap(conversion: Conversion, node: YAMLMap, span: Span, depth: number): ValueNode {
  const parts: (MapEntry | readonly MapEntry[])[] = [];
  const own = new Map<string, Span>();
  let last: Span | undefined;
  for (const { key, value } of node.items) {
    if (conversion.exhausted) break;
    const keySpan = spanOf(conversion, key, { depth, offset: last?.end ?? span.start });
    const next = { depth: depth + 1, offset: keySpan.end };
    if (isMergeKey(key)) {
      const merged = mergedEntries(conversion, convert(conversion, value, next), keySpan);
      parts.push(merged);
      last = keySpan;
      continue;
    }
    const name = keyOf(conversion, key, keySpan);
    const converted = convert(conversion, value, next);
    last = isAlias(value) ? spanOf(conversion, value, next) : converted.span;
    if (name === undefined) continue;
    const first = own.get(name);
    if (first) {
      const related = [{ message: 'first written here', span: first }];
      conversion.diagnostics.push(problem('OC1005', keySpan, `duplicate key \`${name}\``, { related }));
      continue;
    }
    own.set(name, keySpan);
    parts.push({ key: name, keySpan, value: converted });
  }
  const entries = parts.some(Array.isArray) ? withoutOverridden(parts, own) : (parts as MapEntry[]);
  return { kind: 'map', entries, span: node.flow ? span : endAt(span, last) };
}

/** Keys of the mapping itself win over merged ones, and earlier merged ones over later: yaml.org/type/merge.html. */
function withoutOverridden(parts: readonly (MapEntry | readonly MapEntry[])[], own: ReadonlyMap<string, Span>) {
  const seen = new Set(own.keys());
  const entries: MapEntry[] = [];
  for (const part of parts) {
    if ('key' in part) {
      entries.push(part);
      continue;
    }
    for (const entry of part) {
      if (seen.has(entry.key)) continue;
      seen.add(entry.key);
      entries.push(entry);
    }
  }
  return entries;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

function mergedEntries(conversion: Conversion, value: ValueNode, keySpan: Span): readonly MapEntry[] {
  if (value.kind === 'map') return value.entries;
  if (value.kind === 'list' && value.items.every((item) => item.kind === 'map')) {
    const size = value.items.reduce((sum, item) => sum + item.entries.length, 0);
    return spend(conversion, size, keySpan) ? value.items.flatMap((item) => item.entries) : [];
  }
  if (!conversion.exhausted && !(value.kind === 'scalar' && value.unresolved)) {
    conversion.diagnostics.push(problem('OC1012', keySpan, 'merge key `<<` takes a mapping or a list of mappings'));
  }
  return [];
}

/** Numbers keep the text that was written: `200`, `1.0`. */
function keyOf(conversion: Conversion, key: unknown, span: Span): string | undefined {
  const scalar = isAlias(key) ? resolveAlias(conversion, key.source, span, 1) : key;
  if (isScalar(scalar)) {
    const { anchor, source = '', value } = scalar as Scalar;
    if (anchor !== undefined) {
      conversion.anchors.set(anchor, { node: convertScalar(scalar, span), size: 1, height: 0 });
    }
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return source;
    const help = source === '' ? 'write a name before the `:`' : `write \`"${source}"\``;
    const found = source === '' ? 'nothing' : `\`${source}\``;
    conversion.diagnostics.push(problem('OC1012', span, `expected a text as key, found ${found}`, { help }));
    return undefined;
  }
  const aliased = isAlias(key) ? (scalar as ValueNode) : undefined;
  if (aliased?.kind === 'scalar' && typeof aliased.value === 'string') return aliased.value;
  if (!(aliased?.kind === 'scalar' && aliased.unresolved)) {
    conversion.diagnostics.push(problem('OC1012', span, 'expected a text as key, found a list or mapping'));
  }
  return undefined;
}

function resolveAlias(conversion: Conversion, name: string, span: Span, depth: number): ValueNode {
  if (conversion.open.has(name)) {
    conversion.diagnostics.push(problem('OC1012', span, `${nameOf('alias', span)} stands inside of what it names`));
    return standIn(span);
  }
  const found = conversion.anchors.get(name);
  if (!found) {
    const near = suggest(name, [...conversion.anchors.keys()]);
    const help = near
      ? `did you mean \`*${near}\`?`
      : 'an anchor has to come before its aliases; a text that starts with `*` needs quotes';
    conversion.diagnostics.push(problem('OC1004', span, `unknown ${nameOf('alias', span)}`, { help }));
    return standIn(span);
  }
  if (depth + found.height > maxDepth + 1) {
    exhaust(conversion, span, `nested more than ${maxDepth} levels deep through its aliases`);
    return standIn(span);
  }
  return spend(conversion, found.size, span) ? found.node : standIn(span);
}

function heightOf(node: ValueNode, known: Map<ValueNode, number>): number {
  if (node.kind === 'scalar') return 0;
  const before = known.get(node);
  if (before !== undefined) return before;
  let height = 0;
  if (node.kind === 'list') for (const item of node.items) height = Math.max(height, heightOf(item, known));
  else for (const entry of node.entries) height = Math.max(height, heightOf(entry.value, known));
  known.set(node, height + 1);
  return height + 1;
}

function spend(conversion: Conversion, size: number, span: Span): boolean {
  if (conversion.exhausted) return false;
  conversion.budget.left -= size;
  if (conversion.budget.left >= 0) return true;
  exhaust(conversion, span, `expands to more than ${maxNodes / 1_000_000} million values`);
  return false;
}

function exhaust(conversion: Conversion, span: Span, message: string): void {
  if (!conversion.exhausted) conversion.diagnostics.push(problem('OC1006', span, message));
  conversion.exhausted = true;
}

function standIn(span: Span): ScalarNode {
  return { kind: 'scalar', value: null, span, unresolved: true };
}

function spanOf({ source }: Conversion, node: unknown, { offset }: Place): Span {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  return range ? { source, start: range[0], end: range[1] } : { source, start: offset, end: offset };
}

/** Block collections end with their last value; the YAML library counts the blank lines and comments behind it. */
function endAt(span: Span, last: Span | undefined): Span {
  return last ? { ...span, end: Math.max(span.start, last.end) } : span;
}
