import { type Compilation, compile } from '../../src/compile.ts';
import { findTarget, type Target } from '../../src/nginx/targets.ts';
import type { MapNode, PlainValue, ValueNode } from '../../src/source/value-node.ts';

const target = findTarget('debian-12') as Target;
const source = { name: 'openclaw.yaml', text: '', secrets: [] };
const span = { source, start: 0, end: 0 };

/** The spec as if every text had come from the environment, where no YAML stands between it and us. */
export function toNode(value: PlainValue): ValueNode {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(toNode), span };
  if (value === null || typeof value !== 'object') {
    return { kind: 'scalar', value: value as string | number | boolean | null, span };
  }
  const entries = Object.entries(value).map(([key, below]) => ({ key, keySpan: span, value: toNode(below) }));
  return { kind: 'map', entries, span };
}

export function compileSpec(spec: PlainValue): Compilation {
  return compile({ root: toNode(spec) as MapNode, target });
}
