import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Range } from '../../diagnostics/source-file.ts';

/** The nodes of a text that `parse-yaml.ts` has read before, with their places. */
export function openYaml(text: string): Document.Parsed {
  return parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: true,
    resolveKnownTags: false,
    uniqueKeys: false,
    keepSourceTokens: true,
    logLevel: 'silent',
    prettyErrors: false,
  });
}

/** A node that stands where it is written, or the place and kind of what makes it stand elsewhere too. */
export type Found = { readonly node: Node } | { readonly shared: Range; readonly by: 'anchor' | 'alias' | 'tag' };

/** Follows a path that exists in the values of the document. */
export function followPath(document: Document.Parsed, path: Path): Found {
  let node: unknown = document.contents;
  for (const step of path) {
    const parent = node as Node;
    node = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === step)?.value
      : isSeq(parent)
        ? parent.items[Number(step)]
        : undefined;
    // What a merge key brings is in the values, but not in the nodes.
    if (!isNode(node)) return { shared: rangeOf(parent), by: 'alias' };
    const by = sharedBy(node);
    if (by !== undefined) return { shared: rangeOf(node), by };
  }
  return { node: node as Node };
}

/** The first anchor, alias or tag in a node, or only the first anchor: what is removed may hold the others. */
export function findShared(node: Node, marks: 'anchors' | 'everything'): Found {
  let found: Found = { node };
  visit(node, {
    Node: (_key, inner) => {
      const by = sharedBy(inner);
      if (by === undefined || (marks === 'anchors' && by !== 'anchor')) return undefined;
      found = { shared: rangeOf(inner), by };
      return visit.BREAK;
    },
  });
  return found;
}

function sharedBy(node: Node): 'anchor' | 'alias' | 'tag' | undefined {
  if (isAlias(node)) return 'alias';
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) return 'anchor';
  return node.tag === undefined ? undefined : 'tag';
}

function rangeOf(node: Node): Range {
  const [start = 0, end = 0] = node.range ?? [];
  return { start, end: Math.max(start + 1, end) };
}
