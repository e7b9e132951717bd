import type { Diagnostic, Path } from '../diagnostics/diagnostic.ts';
import { problem } from './problem.ts';
import type { ListNode, MapEntry, MapNode, ValueNode } from './value-node.ts';

/** One spec from several files. Mappings are united, the lists of the top level joined; nothing is silently replaced. */
export function unite(
  first: MapNode,
  second: MapNode,
): { readonly value: MapNode; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  return { value: uniteMaps(first, second, { path: [], diagnostics }), diagnostics };
}

interface Union {
  readonly path: Path;
  readonly diagnostics: Diagnostic[];
}

function uniteMaps(first: MapNode, second: MapNode, { path, diagnostics }: Union): MapNode {
  const united = new Map<string, MapEntry>(first.entries.map((entry) => [entry.key, entry]));
  for (const entry of second.entries) {
    const before = united.get(entry.key);
    const place = [...path, entry.key];
    if (before === undefined) united.set(entry.key, entry);
    else united.set(entry.key, { ...before, value: uniteEntries(before, entry, { path: place, diagnostics }) });
  }
  return { kind: 'map', entries: [...united.values()], span: second.span };
}

function uniteEntries(before: MapEntry, entry: MapEntry, { path, diagnostics }: Union): ValueNode {
  const { value: first } = before;
  const { value: second } = entry;
  const atTop = path.length === 1;
  if (atTop && entry.key.startsWith('x-')) return first;
  if (first.kind === 'map' && second.kind === 'map') return uniteMaps(first, second, { path, diagnostics });
  if (atTop && first.kind === 'list' && second.kind === 'list') return joinLists(first, second);
  if (atTop && (entry.key === 'version' || entry.key === 'target') && areEqual(first, second)) return first;
  diagnostics.push(
    problem('OC1011', entry.keySpan, `\`${path.join('.')}\` is defined in two files`, {
      path,
      help: 'define it in one file; an `--overlay` may replace it',
      related: [{ message: 'first defined here', span: before.keySpan }],
    }),
  );
  return first;
}

function joinLists(first: ListNode, second: ListNode): ListNode {
  return { kind: 'list', items: [...first.items, ...second.items], span: second.span };
}

function areEqual(first: ValueNode, second: ValueNode): boolean {
  return first.kind === 'scalar' && second.kind === 'scalar' && first.value === second.value;
}
