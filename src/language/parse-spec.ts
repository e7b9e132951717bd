import type { z } from 'zod';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { MapNode, ValueNode } from '../source/value-node.ts';
import { toPlain } from '../source/value-node.ts';
import { issueToDiagnostics } from './common/issue-to-diagnostics.ts';
import type { Spec } from './spec.ts';
import { specSchema } from './spec.ts';

/** Checks the shape and the scalars of a spec: unknown keys, missing keys, wrong types, invalid values (OC2). */
export function parseSpec(root: MapNode): Outcome<Spec> {
  const spec = withoutExtensions(root);
  const result = specSchema.safeParse(toPlain(spec));
  const issues = result.success
    ? []
    : result.error.issues.flatMap((issue) => issueToDiagnostics(issue as z.core.$ZodIssue, spec));
  const told = new Set(issues.map((found) => found.span?.start));
  const diagnostics = [
    ...prototypeKeys(spec).filter((found) => !told.has(found.span?.start)),
    ...withoutMisspelt(issues),
  ];
  return result.success && diagnostics.length === 0 ? { value: result.data, diagnostics } : { diagnostics };
}

/** The spec without its `x-*` keys, which are for YAML anchors. */
export function withoutExtensions(root: MapNode): MapNode {
  return { ...root, entries: root.entries.filter((entry) => !entry.key.startsWith('x-')) };
}

/** A misspelt key that names the missing one says it all. */
function withoutMisspelt(issues: readonly Diagnostic[]): readonly Diagnostic[] {
  const misspelt = issues.filter((issue) => issue.code === 'OC2001' && issue.help?.startsWith('did you mean'));
  return issues.filter(
    (issue) =>
      issue.code !== 'OC2002' ||
      !misspelt.some(
        ({ help, path = [] }) =>
          JSON.stringify(path.slice(0, -1)) === JSON.stringify(issue.path) &&
          issue.message.startsWith(`missing ${help?.slice('did you mean '.length, -1)}`),
      ),
  );
}

/** zod passes over `__proto__` in silence; a spec that has it is told. */
function prototypeKeys(node: ValueNode): readonly Diagnostic[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'list') return node.items.flatMap(prototypeKeys);
  return node.entries.flatMap((entry) => [
    ...(entry.key === '__proto__'
      ? [
          {
            code: 'OC2001',
            severity: 'error',
            message: 'unknown key `__proto__`',
            span: entry.keySpan,
            related: [],
          } as const,
        ]
      : []),
    ...prototypeKeys(entry.value),
  ]);
}
