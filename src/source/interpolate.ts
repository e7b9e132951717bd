import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source-file.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { ReadResult } from './decode-text.ts';
import { displayName } from './display-name.ts';
import { resolvePlain } from './plain-scalar.ts';
import { problem } from './problem.ts';
import { readText } from './read-text.ts';
import { findReferences, originOf, type Reference } from './reference.ts';
import type { MapNode, ScalarNode, ValueNode } from './value-node.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface InterpolateOptions {
  readonly env: Environment;
  /** Where the file lies that the references were written in. */
  readonly baseDir: string;
  readonly cwd: string;
}

/** 64 kB: a certificate chain or a key list fits; more is a mistake. */
const maxReferencedBytes = 64 * 1024;

/** Bounds what a small spec can grow to by naming one large file many times. */
const maxProduced = 8 * 1024 * 1024;

interface Resolution extends InterpolateOptions {
  readonly texts: ReadonlyMap<string, ReadResult>;
  readonly diagnostics: Diagnostic[];
  readonly done: Map<ValueNode, ValueNode>;
  produced: number;
}

/** Replaces `${env:…}` and `${file:…}` in values; keys stay as they are. `files` are the names of those read. */
export async function interpolate(
  root: MapNode,
  options: InterpolateOptions,
): Promise<{
  readonly value: MapNode;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly string[];
}> {
  const paths = new Set<string>();
  collectPaths(root, paths, new Set());
  const texts = new Map<string, ReadResult>();
  const files: string[] = [];
  for (const path of paths) {
    const file = resolve(options.baseDir, path);
    const name = displayName(file, options.cwd);
    const result = await readText(file, { name, maxBytes: maxReferencedBytes, accept: 'regular' });
    texts.set(path, result);
    if ('text' in result) files.push(name);
  }
  const resolution: Resolution = { ...options, texts, diagnostics: [], done: new Map(), produced: 0 };
  const value = rebuild(resolution, root) as MapNode;
  return { value, diagnostics: resolution.diagnostics, files };
}

function collectPaths(node: ValueNode, paths: Set<string>, seen: Set<ValueNode>): void {
  if (node.kind === 'scalar') {
    if (typeof node.value !== 'string' || !node.value.includes('${')) return;
    for (const found of findReferences(node.value)) if (found.kind === 'file') paths.add(found.path);
    return;
  }
  if (seen.has(node)) return;
  seen.add(node);
  if (node.kind === 'list') for (const item of node.items) collectPaths(item, paths, seen);
  else for (const entry of node.entries) collectPaths(entry.value, paths, seen);
}

/** Nodes without references stay the same objects; shared ones are resolved once. */
function rebuild(resolution: Resolution, node: ValueNode): ValueNode {
  if (node.kind === 'scalar') {
    const hasReference = typeof node.value === 'string' && node.value.includes('${');
    if (!hasReference) return node;
  }
  const before = resolution.done.get(node);
  if (before) return before;
  const rebuilt = rebuildParts(resolution, node);
  resolution.done.set(node, rebuilt);
  return rebuilt;
}

function rebuildParts(resolution: Resolution, node: ValueNode): ValueNode {
  if (node.kind === 'scalar') return resolveScalar(resolution, node, String(node.value));
  let changed = false;
  const visit = (value: ValueNode): ValueNode => {
    const rebuilt = rebuild(resolution, value);
    changed ||= rebuilt !== value;
    return rebuilt;
  };
  if (node.kind === 'list') {
    const items = node.items.map(visit);
    return changed ? { ...node, items } : node;
  }
  const entries = node.entries.map((entry) => {
    const value = visit(entry.value);
    return value === entry.value ? entry : { ...entry, value };
  });
  return changed ? { ...node, entries } : node;
}

function resolveScalar(resolution: Resolution, node: ScalarNode, text: string): ScalarNode {
  const references = findReferences(text);
  const spans = placesOf(node, references);
  let resolved = '';
  let at = 0;
  let failed = false;
  for (const [index, found] of references.entries()) {
    const replacement = replacementOf(resolution, found, spans[index] ?? node.span);
    failed ||= replacement === undefined;
    resolved += text.slice(at, found.start) + (replacement ?? '');
    at = found.end;
    if (!account(resolution, replacement?.length ?? 0, node.span)) failed = true;
    if (resolution.produced > maxProduced) break;
  }
  resolved += text.slice(at);
  const { raw, ...kept } = node;
  const origin = originOf(text, references);
  if (failed) return { ...kept, origin, unresolved: true };
  const [first] = references;
  const isWhole = raw !== undefined && first?.text === text;
  return isWhole
    ? { ...kept, value: resolvePlain(resolved), raw: resolved, origin }
    : { ...kept, value: resolved, origin };
}

/** False once the values of a file have grown too much; said once. */
function account(resolution: Resolution, length: number, span: Span): boolean {
  if (resolution.produced > maxProduced) return false;
  resolution.produced += length;
  if (resolution.produced <= maxProduced) return true;
  resolution.diagnostics.push(problem('OC1006', span, 'references expand to more than 8 MB of text'));
  return false;
}

function replacementOf(resolution: Resolution, found: Reference, span: Span): string | undefined {
  const { diagnostics, env, texts } = resolution;
  if (found.kind === 'malformed') {
    diagnostics.push(problem('OC1007', span, found.reason, { help: found.help }));
    return undefined;
  }
  if (found.kind === 'env') {
    // Own properties only: `constructor` is not a variable.
    const value = Object.hasOwn(env, found.name) ? env[found.name] : undefined;
    // As in a shell, a default also stands in for an empty variable.
    if (value !== undefined && !(value === '' && found.fallback !== undefined)) return value;
    if (found.fallback !== undefined) return found.fallback;
    const near = suggest(found.name, Object.keys(env));
    const help = `${near ? `did you mean \`${near}\`? ` : ''}set it, or write a default: \`\${env:${found.name}:-default}\``;
    diagnostics.push(problem('OC1008', span, `environment variable \`${found.name}\` is not set`, { help }));
    return undefined;
  }
  const result = texts.get(found.path);
  if (result && 'text' in result) return result.text.replace(/\r?\n$/, '');
  const failure = result?.failure;
  diagnostics.push(problem('OC1009', span, failure?.message ?? 'cannot read the file', { help: failure?.help }));
  return undefined;
}

/**
 * Where each reference stands in the source. Quotes, escapes and folding move it, so it is searched for in the text of
 * the scalar; a reference that is written with escapes gets the whole scalar.
 */
function placesOf(node: ScalarNode, references: readonly Reference[]): Span[] {
  const { source, start, end } = node.span;
  const written = source.text.slice(start, end);
  let from = 0;
  return references.map((found) => {
    const at = written.indexOf(found.text, from);
    if (at === -1) return node.span;
    from = at + found.text.length;
    return { source, start: start + at, end: start + from };
  });
}
