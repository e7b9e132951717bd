import type { z } from 'zod';
import type { Diagnostic, Path } from '../diagnostics/diagnostic.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { MapNode, ValueNode } from '../source/value-node.ts';
import { entryOf, locate } from '../source/value-node.ts';
import type { ScalarProblem } from './combinators.ts';
import { knownKeys } from './combinators.ts';

type Issue = z.core.$ZodIssue;

/** Says in words and at its place what zod found; `outer` is where a union stood. */
export function issueToDiagnostics(issue: Issue, root: MapNode, outer: Path = []): readonly Diagnostic[] {
  const path: Path = [...outer, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const { node, keySpan, found } = locate(root, path);
  const at = { path, related: [], severity: 'error' } as const;

  if (issue.code === 'unrecognized_keys') return unknownKeys({ issue, node, path });
  if (issue.code === 'invalid_key') return invalidKey({ issue, node, keySpan, path });
  if (!found || (node.kind === 'scalar' && node.value === null && issue.code !== 'custom')) {
    const missing = String(path.at(-1));
    if (!found)
      return [
        {
          ...at,
          code: 'OC2002',
          message: `missing \`${missing}\`${neededBy(path)}`,
          span: keySpan ?? firstLine(node),
          path: path.slice(0, -1),
        },
      ];
    return [{ ...at, code: 'OC2003', message: `\`${missing}\` has no value`, span: keySpan ?? node.span }];
  }
  if (issue.code === 'invalid_union') return unionIssue({ issue, node, path, root });
  if (issue.code === 'invalid_type') {
    return [
      {
        ...at,
        code: 'OC2003',
        message: `expected ${typeWord(issue.expected)}, got ${describe(node)}`,
        span: node.span,
        ...quoteHelp(issue.expected, node),
      },
    ];
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const near = node.kind === 'scalar' && typeof node.value === 'string' ? suggest(node.value, allowed) : undefined;
    const list =
      allowed.length === 1
        ? `expected \`${allowed[0]}\``
        : `expected one of ${allowed.map((value) => `\`${value}\``).join(', ')}`;
    return [
      {
        ...at,
        code: 'OC2004',
        message: `${list}, got ${describe(node)}`,
        span: node.span,
        ...(near && { help: `did you mean \`${near}\`?` }),
      },
    ];
  }
  if (issue.code === 'custom') {
    const problem = issue.params as unknown as ScalarProblem;
    return [
      {
        ...at,
        code:
          problem.expected === 'name'
            ? 'OC2005'
            : problem.expected === 'credential reference' && looksSecret(node)
              ? 'OC2006'
              : 'OC2004',
        message: `invalid ${problem.expected} ${describe(node)}`,
        help: problem.help,
        span: node.span,
      },
    ];
  }
  if (issue.code === 'too_small' || issue.code === 'too_big')
    return [{ ...at, code: 'OC2004', message: boundMessage(issue, node), span: node.span }];
  return [{ ...at, code: 'OC2004', message: issue.message.toLowerCase(), span: node.span }];
}

function unknownKeys(options: {
  issue: Extract<Issue, { code: 'unrecognized_keys' }>;
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
      message: `unknown key \`${key}\`${inside(options.path)}`,
      help: near !== undefined ? `did you mean \`${near}\`?` : `known keys: ${known.join(', ')}`,
      span: entry?.keySpan ?? options.node.span,
      path: [...options.path, key],
      related: [],
    };
  });
}

function invalidKey(options: {
  issue: Extract<Issue, { code: 'invalid_key' }>;
  node: ValueNode;
  keySpan: Diagnostic['span'];
  path: Path;
}): readonly Diagnostic[] {
  const problem = (options.issue.issues[0] as { params?: ScalarProblem } | undefined)?.params;
  const expected = problem?.expected ?? 'name';
  return [
    {
      code: expected === 'name' ? 'OC2005' : 'OC2004',
      severity: 'error',
      message: `invalid ${expected} \`${String(options.path.at(-1))}\``,
      ...(problem && { help: problem.help }),
      span: options.keySpan ?? options.node.span,
      path: options.path,
      related: [],
    },
  ];
}

/** Of a union's branches the one that the value was plainly meant for speaks; else all name what they expect. */
function unionIssue(options: {
  issue: Extract<Issue, { code: 'invalid_union' }>;
  node: ValueNode;
  path: Path;
  root: MapNode;
}): readonly Diagnostic[] {
  const { issue, node, path, root } = options;
  const meant = issue.errors
    .filter(
      (issues) =>
        !issues.some(
          (inner) =>
            inner.path.length === 0 &&
            (inner.code === 'invalid_type' || (inner.code === 'invalid_value' && !fitsValue(inner, node))),
        ),
    )
    .sort((a, b) => a.length - b.length)[0];
  if (meant !== undefined) return meant.flatMap((inner) => issueToDiagnostics(inner, root, path));
  const expected = [
    ...new Set(
      issue.errors.flatMap((issues) => issues.filter((inner) => inner.path.length === 0).flatMap(expectation)),
    ),
  ];
  const values = issue.errors.flatMap((issues) =>
    issues.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : [])),
  );
  const near = node.kind === 'scalar' && typeof node.value === 'string' ? suggest(node.value, values) : undefined;
  return [
    {
      code: 'OC2003',
      severity: 'error',
      message: `expected ${joinOr(expected)}, got ${describe(node)}`,
      ...(near !== undefined && { help: `did you mean \`${near}\`?` }),
      span: node.span,
      path,
      related: [],
    },
  ];
}

function fitsValue(issue: Extract<Issue, { code: 'invalid_value' }>, node: ValueNode): boolean {
  return (
    node.kind === 'scalar' &&
    issue.values.length > 1 &&
    issue.values.some((value) => typeof value === typeof node.value)
  );
}

function expectation(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_type') return [typeWord(issue.expected)];
  if (issue.code === 'invalid_value') return issue.values.map((value) => `\`${String(value)}\``);
  if (issue.code === 'invalid_union')
    return issue.errors.flatMap((issues) => issues.filter((inner) => inner.path.length === 0).flatMap(expectation));
  if (issue.code === 'custom') return [`a ${(issue.params as unknown as ScalarProblem).expected}`];
  return [];
}

function typeWord(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: '`true` or `false`',
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
  };
  return words[expected] ?? expected;
}

/** A value as it may be printed: by its origin when it came from outside, not at all when it looks secret. */
export function describe(node: ValueNode): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  if (node.origin !== undefined) return `the value of \`${node.origin}\``;
  if (looksSecret(node)) return 'a value that looks like a secret';
  const text = node.raw ?? String(node.value);
  return typeof node.value === 'string'
    ? `\`${shorten(text)}\``
    : `${typeof node.value === 'number' ? 'the number' : 'the value'} \`${shorten(text)}\``;
}

function looksSecret(node: ValueNode): boolean {
  const { source, start, end } = node.span;
  return (
    node.kind === 'scalar' &&
    (node.origin !== undefined ? false : source.secrets.some((range) => range.start < end && range.end > start))
  );
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function quoteHelp(expected: string, node: ValueNode): { readonly help?: string } {
  if (expected !== 'string' || node.kind !== 'scalar' || node.value === null || looksSecret(node)) return {};
  return {
    help:
      node.origin === undefined
        ? `put it in quotes: "${node.raw ?? String(node.value)}"`
        : 'put the reference in quotes',
  };
}

function boundMessage(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, node: ValueNode): string {
  const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const word = issue.code === 'too_small' ? 'least' : 'most';
  if (issue.origin === 'array')
    return `expected at ${word} ${bound} ${Number(bound) === 1 ? 'item' : 'items'}, got ${node.kind === 'list' ? node.items.length : 'none'}`;
  if (issue.origin === 'string') return `expected at ${word} ${bound} characters`;
  return `expected at ${word} ${bound}, got ${describe(node)}`;
}

function inside(path: Path): string {
  return path.length === 0 ? '' : ` in \`${pathText(path)}\``;
}

function neededBy(path: Path): string {
  return path.length < 2 ? '' : ` in \`${pathText(path.slice(0, -1))}\``;
}

/** `routes[0].match` */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

function joinOr(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? 'something else') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function firstLine(node: ValueNode): Diagnostic['span'] & {} {
  const newline = node.span.source.text.indexOf('\n', node.span.start);
  return {
    ...node.span,
    end: Math.max(node.span.start, newline === -1 ? node.span.end : Math.min(node.span.end, newline)),
  };
}
