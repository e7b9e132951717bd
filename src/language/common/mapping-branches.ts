import type { z } from 'zod';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import type { MapNode, ValueNode } from '../../source/value-node.ts';
import { entryOf } from '../../source/value-node.ts';
import { knownKeys } from './combinators.ts';
import { joinOr, pathText, shorten } from './wording.ts';

type Issue = z.core.$ZodIssue;

/**
 * A mapping that none of several forms fits, such as `{ any: […] }` and `{ all: […] }`: the keys that no form knows, that
 * no form has together, or that are missing. Undefined when it is not the keys that are wrong with one of them.
 */
export function mappingBranches(
  branches: readonly (readonly Issue[])[],
  { node, path }: { readonly node: MapNode; readonly path: Path },
): readonly Diagnostic[] | undefined {
  const forms = branches.map((issues) => ({ unknown: unknownIn(issues), missing: missingIn(issues, node) }));
  if (forms.length < 2 || !branches.every((issues) => hasWrongKeys(issues, node))) return undefined;
  const at = { severity: 'error', related: [] } as const;
  const inside = path.length === 0 ? '' : ` in \`${pathText(path)}\``;
  const [first, ...others] = forms.map(({ unknown }) => unknown);
  const foreign = (first ?? []).filter((key) => others.every((unknown) => unknown.includes(key)));
  const known = [...new Set(branches.flatMap(knownIn))];
  if (foreign.length > 0)
    return foreign.map((key) => {
      const near = suggest(key, known);
      return {
        ...at,
        code: 'OC2001',
        message: `unknown key \`${shorten(key)}\`${inside}`,
        help: near === undefined ? `known keys: ${known.join(', ')}` : `did you mean \`${near}\`?`,
        span: entryOf(node, key)?.keySpan ?? node.span,
        path: [...path, key],
      };
    });
  const apart = [...new Set(forms.flatMap(({ unknown }) => unknown))];
  const [one, other] = node.entries.filter(({ key }) => apart.includes(key));
  if (one !== undefined && other !== undefined)
    return [
      {
        ...at,
        code: 'OC2001',
        message: `\`${other.key}\` cannot stand beside \`${one.key}\`${inside}`,
        help: 'keep one of them',
        span: other.keySpan,
        path: [...path, other.key],
      },
    ];
  const missing = [...new Set(forms.flatMap((form) => form.missing))].map((key) => `\`${key}\``);
  return [{ ...at, code: 'OC2002', message: `missing ${joinOr(missing)}${inside}`, span: node.span, path }];
}

/** What is wrong below the keys of a mapping with the one form that it comes closest to. */
export function issuesBelow(branches: readonly (readonly Issue[])[], node: MapNode): readonly Issue[] {
  const wrong = branches.map((issues) => unknownIn(issues).length + missingIn(issues, node).length);
  const least = Math.min(...wrong);
  const [closest = [], ...others] = branches.filter((_, index) => wrong[index] === least);
  return others.length > 0
    ? []
    : closest.filter(({ path }) => path.length > 0 && entryOf(node, String(path[0])) !== undefined);
}

/** Whether a form lacks keys of a value, or the value keys of the form. */
export function hasWrongKeys(issues: readonly Issue[], node: ValueNode): boolean {
  return node.kind === 'map' && (unknownIn(issues).length > 0 || missingIn(issues, node).length > 0);
}

function unknownIn(issues: readonly Issue[]): readonly string[] {
  return issues.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []));
}

function knownIn(issues: readonly Issue[]): readonly string[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? knownKeys(issue.message) : [],
  );
}

function missingIn(issues: readonly Issue[], node: MapNode): readonly string[] {
  return issues.flatMap(({ path }) =>
    path.length === 1 && entryOf(node, String(path[0])) === undefined ? [String(path[0])] : [],
  );
}
