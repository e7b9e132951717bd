import type { Diagnostic, Path } from '../diagnostics/diagnostic.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { entryOf, type MapEntry, type MapNode, type ValueNode } from './value-node.ts';

/**
 * A spec with an overlay laid over it, by the rules of JSON Merge Patch (RFC 7396): mappings are merged, lists and
 * scalars replaced whole, null removes. Values keep the place in the file that they come from.
 */
export function applyOverlay(
  base: MapNode,
  overlay: MapNode,
): { readonly value: MapNode; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  return { value: mergeMaps(base, overlay, { path: [], diagnostics }), diagnostics };
}

interface Merge {
  readonly path: Path;
  readonly diagnostics: Diagnostic[];
}

function mergeMaps(base: MapNode, overlay: MapNode, { path, diagnostics }: Merge): MapNode {
  const merged = new Map<string, MapEntry>(base.entries.map((entry) => [entry.key, entry]));
  for (const entry of overlay.entries) {
    const place = [...path, entry.key];
    const before = entryOf(base, entry.key);
    if (isNull(entry.value)) {
      if (!before) diagnostics.push(removesNothing(base, entry, place));
      merged.delete(entry.key);
      continue;
    }
    if (entry.value.kind !== 'map') {
      merged.set(entry.key, entry);
      continue;
    }
    const below = before?.value.kind === 'map' ? before.value : undefined;
    const empty: MapNode = { kind: 'map', entries: [], span: entry.value.span };
    const value = mergeMaps(below ?? empty, entry.value, { path: place, diagnostics });
    merged.set(entry.key, below ? { ...entry, keySpan: before?.keySpan ?? entry.keySpan, value } : { ...entry, value });
  }
  return { ...base, entries: [...merged.values()] };
}

function isNull(node: ValueNode): boolean {
  return node.kind === 'scalar' && node.value === null && !node.unresolved;
}

function removesNothing(base: MapNode, entry: MapEntry, path: Path): Diagnostic {
  const near = suggest(
    entry.key,
    base.entries.map(({ key }) => key),
  );
  return {
    code: 'OC3012',
    severity: 'warning',
    message: `overlay removes \`${path.join('.')}\`, which is not there`,
    ...(near && { help: `did you mean \`${near}\`?` }),
    span: entry.keySpan,
    path,
    related: [],
  };
}
