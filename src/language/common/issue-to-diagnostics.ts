import type { z } from 'zod';
import type { Diagnostic, Path } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import type { MapNode, ScalarNode, ValueNode } from '../../source/value-node.ts';
import { entryOf, locate } from '../../source/value-node.ts';
import type { ScalarProblem } from './combinators.ts';
import { knownKeys, typeProblem } from './combinators.ts';
import { hasWrongKeys, issuesBelow, mappingBranches } from './mapping-branches.ts';
import { describe, joinOr, looksSecret, pathText, shorten, typeWord, withArticle } from './wording.ts';

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue['code']> = Extract<Issue, { code: Code }>;

/** Says in words and at its place what zod found; `outer` is where a union stood. */
export function issueToDiagnostics(issue: Issue, root: MapNode, outer: Path = []): readonly Diagnostic[] {
  const path: Path = [...outer, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const { node, keySpan, found } = locate(root, path);
  const at = { path, related: [], severity: 'error' } as const;

  if (found && node.kind === 'scalar' && node.unresolved) return [];
  if (issue.code === 'unrecognized_keys') return unknownKeys({ issue, node, path });
  if (issue.code === 'invalid_key') return invalidKey({ issue, node, keySpan, path });
  if (!found) {
    const message = `missing \`${String(path.at(-1))}\`${inside(path.slice(0, -1))}`;
    const help = issue.code === 'custom' ? (issue.params as unknown as ScalarProblem).help : undefined;
    const span = keySpan ?? firstLine(node);
    return [{ ...at, code: 'OC2002', message, ...(help !== undefined && { help }), span, path: path.slice(0, -1) }];
  }
  if (node.kind === 'scalar' && node.value === null && issue.code !== 'custom') {
    const name = typeof path.at(-1) === 'number' ? pathText(path) : String(path.at(-1));
    return [{ ...at, code: 'OC2003', message: `\`${shorten(name)}\` has no value`, span: keySpan ?? node.span }];
  }
  switch (issue.code) {
    case 'invalid_union':
      return unionIssue({ issue, node, path, root });
    case 'invalid_type': {
      const help = typeHelp(issue, node) ?? serversHelp(node, path);
      const message = `expected ${joinOr(expectation(issue))}, got ${describeText(node, issue)}`;
      return [{ ...at, code: 'OC2003', message, span: node.span, ...(help !== undefined && { help }) }];
    }
    case 'invalid_value':
      return [{ ...at, code: 'OC2004', span: node.span, ...valueProblem(issue, node) }];
    case 'custom':
      return [{ ...at, span: node.span, ...scalarProblem(issue.params as unknown as ScalarProblem, node) }];
    case 'too_small':
    case 'too_big':
      return [{ ...at, code: 'OC2004', message: boundMessage(issue, node), span: node.span }];
    default:
      return [{ ...at, code: 'OC2004', message: issue.message.toLowerCase(), span: node.span }];
  }
}

function unknownKeys(options: {
  issue: IssueOf<'unrecognized_keys'>;
  node: ValueNode;
  path: Path;
}): readonly Diagnostic[] {
  const known = knownKeys(options.issue.message);
  return options.issue.keys.map((key) => {
    const near = suggest(key, known);
    const entry = options.node.kind === 'map' ? entryOf(options.node, key) : undefined;
    return {
      code: 'OC2001',
      severity: 'error',
      message: `unknown key \`${shorten(key)}\`${inside(options.path)}`,
      help: near !== undefined ? `did you mean \`${near}\`?` : `known keys: ${known.join(', ')}`,
      span: entry?.keySpan ?? options.node.span,
      path: [...options.path, key],
      related: [],
    };
  });
}

function invalidKey(options: {
  issue: IssueOf<'invalid_key'>;
  node: ValueNode;
  keySpan: Diagnostic['span'];
  path: Path;
}): readonly Diagnostic[] {
  const problem = (options.issue.issues[0] as { params?: ScalarProblem } | undefined)?.params;
  const expected = problem?.expected ?? 'name';
  const key = String(options.path.at(-1));
  return [
    {
      code: expected === 'name' ? 'OC2005' : 'OC2004',
      severity: 'error',
      message: key === '' ? `empty ${expected}` : `invalid ${expected} \`${shorten(key)}\``,
      ...(problem && { help: problem.help }),
      span: options.keySpan ?? options.node.span,
      path: options.path,
      related: [],
    },
  ];
}

/** Of a union's branches the one that the value was plainly meant for speaks; else all name what they expect. */
function unionIssue(options: {
  issue: IssueOf<'invalid_union'>;
  node: ValueNode;
  path: Path;
  root: MapNode;
}): readonly Diagnostic[] {
  const { node, path, root } = options;
  const branches = branchesOf(options.issue);
  const fitting = branches.filter(
    (issues) => !issues.some((inner) => inner.path.length === 0 && isForeign(inner, node)),
  );
  const wrongKeys = node.kind === 'map' ? mappingBranches(fitting, { node, path }) : undefined;
  if (wrongKeys !== undefined && node.kind === 'map')
    return [...wrongKeys, ...issuesBelow(fitting, node).flatMap((inner) => issueToDiagnostics(inner, root, path))];
  const meant = [...fitting].sort(
    (a, b) => Number(hasWrongKeys(a, node)) - Number(hasWrongKeys(b, node)) || a.length - b.length,
  )[0];
  if (meant !== undefined) return meant.flatMap((inner) => issueToDiagnostics(inner, root, path));
  const own = branches.flatMap((issues) => issues.filter((inner) => inner.path.length === 0));
  const lookalike = own.find((inner) => isLookalike(inner, node));
  const values = own.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : []));
  const near = isText(node) && lookalike === undefined ? suggest(node.value, values) : undefined;
  // A `true` that no branch takes is rarely meant as text, so quotes are no help.
  const isFlag = node.kind === 'scalar' && typeof node.value === 'boolean' && own.length > 1;
  const help =
    near === undefined
      ? (own
          .filter((inner) => !isFlag || inner.code !== 'invalid_type')
          .map((inner) => typeHelp(inner, node))
          .find((found) => found !== undefined) ?? serversHelp(node, path))
      : `did you mean \`${near}\`?`;
  return [
    {
      code: 'OC2003',
      severity: 'error',
      message: `expected ${joinOr([...new Set(own.flatMap(expectation))])}, got ${describeText(node, lookalike)}`,
      ...(help !== undefined && { help }),
      span: node.span,
      path,
      related: [],
    },
  ];
}

/** A union inside of a union only adds branches: a list of ports is no less meant than a port. */
function branchesOf(issue: IssueOf<'invalid_union'>): readonly (readonly Issue[])[] {
  return issue.errors.flatMap((issues) => {
    const [only, ...more] = issues;
    return only?.code === 'invalid_union' && only.path.length === 0 && more.length === 0 ? branchesOf(only) : [issues];
  });
}

/** Whether an issue says that the value as a whole is of another kind than its branch. */
function isForeign(issue: Issue, node: ValueNode): boolean {
  if (issue.code === 'invalid_type') return true;
  if (issue.code !== 'invalid_value') return false;
  const isNear =
    node.kind === 'scalar' &&
    issue.values.length > 1 &&
    issue.values.some((value) => typeof value === typeof node.value);
  return !isNear;
}

function expectation(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_type') {
    const problem = typeProblem(issue.message);
    return [problem === undefined ? typeWord(issue.expected) : withArticle(problem.expected)];
  }
  if (issue.code === 'invalid_value') return issue.values.map((value) => `\`${String(value)}\``);
  if (issue.code === 'custom') return [withArticle((issue.params as unknown as ScalarProblem).expected)];
  return [];
}

/** What would make a value of the wrong type right; nothing where that is a guess. */
function typeHelp(issue: Issue, node: ValueNode): string | undefined {
  if (isLookalike(issue, node)) return 'write it without quotes';
  if (issue.code !== 'invalid_type' || node.kind !== 'scalar' || node.value === null || looksSecret(node))
    return undefined;
  const problem = typeProblem(issue.message);
  if (problem !== undefined || issue.expected === 'string') {
    if (problem !== undefined && !problem.isFineInQuotes) return problem.help;
    if (node.origin !== undefined) return 'put the reference in quotes';
    return `put it in quotes: "${shorten(node.raw ?? String(node.value))}"`;
  }
  if (!isText(node) || node.origin !== undefined) return undefined;
  if (issue.expected === 'boolean' && /^(?:yes|on|no|off)$/i.test(node.value))
    return `write \`${/^(?:yes|on)$/i.test(node.value)}\``;
  return undefined;
}

/** Whether a text is only its quotes away from what is expected, such as `"1"` from 1. */
function isLookalike(issue: Issue, node: ValueNode): boolean {
  if (!isText(node) || node.origin !== undefined) return false;
  if (issue.code === 'invalid_value')
    return issue.values.some((value) => value !== node.value && String(value) === node.value);
  if (issue.code !== 'invalid_type') return false;
  if (issue.expected === 'boolean') return /^(?:true|false)$/.test(node.value);
  return issue.expected === 'number' && /^[0-9]+$/.test(node.value);
}

/** A lone server where a list of servers has to be, which is what most people try first. */
function serversHelp(node: ValueNode, path: Path): string | undefined {
  const isServers = path[0] === 'upstreams' && (path.length === 2 || (path.length === 3 && path[2] === 'servers'));
  return isServers && isText(node) && node.origin === undefined && /^[^\s,[\]{}]+:[0-9]+$/.test(node.value)
    ? `write \`[${shorten(node.value)}]\``
    : undefined;
}

/** As `describe`, but a quoted `"1"` where 1 is expected is told apart from it. */
function describeText(node: ValueNode, issue: Issue | undefined): string {
  return issue !== undefined && isLookalike(issue, node) ? `the text ${describe(node)}` : describe(node);
}

function valueProblem(
  issue: IssueOf<'invalid_value'>,
  node: ValueNode,
): { readonly message: string; readonly help?: string } {
  const allowed = issue.values.map(String);
  const list = allowed.map((value) => `\`${value}\``);
  const message = `expected ${list.length === 1 ? '' : 'one of '}${list.join(', ')}, got ${describeText(node, issue)}`;
  if (isLookalike(issue, node)) return { message, help: 'write it without quotes' };
  if (!isText(node) || node.origin !== undefined) return { message };
  const near = suggest(node.value, allowed);
  return near === undefined ? { message } : { message, help: `did you mean \`${near}\`?` };
}

function scalarProblem(
  problem: ScalarProblem,
  node: ValueNode,
): { readonly code: 'OC2004' | 'OC2005' | 'OC2006'; readonly message: string; readonly help: string } {
  const { expected, help } = problem;
  if (expected === 'credential reference' && isText(node) && node.origin === undefined) {
    // Anything but a broken reference may be the secret itself, so it is not repeated.
    if (/^[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:KEY|TOKEN|SECRET)$/.test(node.value))
      return {
        code: 'OC2004',
        message: `expected ${withArticle(expected)}`,
        help: `did you mean \`env:${node.value}\`?`,
      };
    if (!/^(?:env|file|vault):/.test(node.value))
      return { code: 'OC2006', message: `expected ${withArticle(expected)}, got what may be the secret itself`, help };
  }
  if (secretScalars.has(expected) && isText(node) && node.origin === undefined)
    return { code: 'OC2006', message: `expected ${withArticle(expected)}, got what may be the secret itself`, help };
  const described = describe(node);
  const message = described.startsWith('`')
    ? `invalid ${expected} ${described}`
    : `expected ${withArticle(expected)}, got ${described}`;
  return { code: expected === 'name' ? 'OC2005' : 'OC2004', message, help };
}

/** Where people write the secret instead of what stands for it: such a value is never repeated. */
const secretScalars: ReadonlySet<string> = new Set(['key hash', 'password hash', 'public key']);

function boundMessage(issue: IssueOf<'too_small'> | IssueOf<'too_big'>, node: ValueNode): string {
  const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const word = issue.code === 'too_small' ? 'least' : 'most';
  if (issue.origin === 'array')
    return `expected at ${word} ${bound} ${Number(bound) === 1 ? 'item' : 'items'}, got ${node.kind === 'list' ? node.items.length : 'none'}`;
  if (issue.origin === 'string') return `expected at ${word} ${bound} characters`;
  return `expected at ${word} ${bound}, got ${describe(node)}`;
}

function isText(node: ValueNode): node is ScalarNode & { readonly value: string } {
  return node.kind === 'scalar' && typeof node.value === 'string';
}

function inside(path: Path): string {
  return path.length === 0 ? '' : ` in \`${pathText(path)}\``;
}

function firstLine(node: ValueNode): Diagnostic['span'] & {} {
  const newline = node.span.source.text.indexOf('\n', node.span.start);
  return {
    ...node.span,
    end: Math.max(node.span.start, newline === -1 ? node.span.end : Math.min(node.span.end, newline)),
  };
}
