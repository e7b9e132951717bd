import { dirname, resolve } from 'node:path';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source-file.ts';
import { decodeText, type ReadResult } from './decode-text.ts';
import { displayName } from './display-name.ts';
import { realPath, resolveIncludes } from './include.ts';
import { type Environment, interpolate } from './interpolate.ts';
import { applyOverlay } from './overlay.ts';
import { parseYaml } from './parse-yaml.ts';
import { problem, unreadPlace } from './problem.ts';
import { maxSpecBytes, readText, reasonOf, tooLarge, unreadable } from './read-text.ts';
import { maxNodes, type NodeBudget } from './to-value-node.ts';
import { entryOf, type MapNode } from './value-node.ts';

export interface LoadSourceOptions {
  /** `-` is standard input. */
  readonly file: string;
  /** Laid over the spec in this order. Default: none. */
  readonly overlays?: readonly string[] | undefined;
  readonly cwd: string;
  readonly env: Environment;
  readonly stdin?: (() => Promise<Uint8Array>) | undefined;
  /** The name to print for standard input; its folder is what relative paths in it start from. */
  readonly stdinName?: string;
}

/** `files` are the names of all files that were read, in order, each once. */
export type LoadedSource = Outcome<MapNode> & { readonly files: readonly string[] };

interface Session extends LoadSourceOptions {
  readonly diagnostics: Diagnostic[];
  readonly files: Set<string>;
  readonly budget: NodeBudget;
}

interface DocumentPlace {
  readonly path: string;
  readonly name: string;
  readonly accept: 'regular' | 'stream';
  /** The `include` that names it. */
  readonly at?: Span;
}

/**
 * Reads a spec with its includes, overlays and references; every mistake of every file is reported at once. A file
 * that cannot be read is one of them (OC1001). With errors, `value` is what could be read, if anything.
 */
export async function loadSource(options: LoadSourceOptions): Promise<LoadedSource> {
  const session: Session = { ...options, diagnostics: [], files: new Set(), budget: { left: maxNodes } };
  const { cwd, file, overlays = [] } = session;
  let value = file === '-' ? await loadStdin(session) : await loadMain(session, resolve(cwd, file));
  for (const overlay of overlays) {
    const path = resolve(cwd, overlay);
    const map = await loadDocument(session, { path, name: displayName(path, cwd), accept: 'stream' });
    if (map) refuseInclude(session, map);
    if (!map || !value) continue;
    const merged = applyOverlay(value, withoutInclude(map));
    report(session, merged.diagnostics);
    value = merged.value;
  }
  return { ...(value && { value }), diagnostics: session.diagnostics, files: [...session.files] };
}

async function loadMain(session: Session, path: string): Promise<MapNode | undefined> {
  const name = displayName(path, session.cwd);
  const map = await loadDocument(session, { path, name, accept: 'stream' });
  return map && withIncludes(session, map, { path, name });
}

async function loadStdin(session: Session): Promise<MapNode | undefined> {
  const { cwd, stdin, stdinName } = session;
  const path = resolve(cwd, stdinName ?? 'stdin');
  const name = stdinName ?? '<stdin>';
  const place: DocumentPlace = { path, name, accept: 'stream' };
  const map = await understand(session, place, await readStdin(stdin, name));
  return map && withIncludes(session, map, { path, name });
}

async function readStdin(stdin: LoadSourceOptions['stdin'], name: string): Promise<ReadResult> {
  if (!stdin) return unreadable(name, 'there is no standard input');
  try {
    const bytes = await stdin();
    if (bytes.length > maxSpecBytes) return { failure: tooLarge(name, maxSpecBytes) };
    return decodeText(bytes, name);
  } catch (error) {
    return unreadable(name, reasonOf(error));
  }
}

async function withIncludes(
  session: Session,
  map: MapNode,
  { path, name }: { readonly path: string; readonly name: string },
): Promise<MapNode> {
  const { cwd, diagnostics } = session;
  const file = await realPath(path);
  return resolveIncludes(map, {
    cwd,
    diagnostics,
    baseDir: dirname(path),
    chain: [{ file, name }],
    loaded: new Set([file]),
    load: (included, at) =>
      loadDocument(session, { path: included, name: displayName(included, cwd), accept: 'regular', at }),
  });
}

async function loadDocument(session: Session, place: DocumentPlace): Promise<MapNode | undefined> {
  const { path, name, accept } = place;
  return understand(session, place, await readText(path, { name, maxBytes: maxSpecBytes, accept }));
}

async function understand(session: Session, place: DocumentPlace, read: ReadResult): Promise<MapNode | undefined> {
  const { budget, cwd, diagnostics, env, files } = session;
  const { path, name, at } = place;
  if ('failure' in read) {
    const { code, message, help } = read.failure;
    diagnostics.push(problem(code, at ?? unreadPlace(name), message, { help }));
    return undefined;
  }
  files.add(name);
  const parsed = parseYaml(read.text, name, budget);
  report(session, parsed.diagnostics);
  if (!parsed.value) return undefined;
  const interpolated = await interpolate(parsed.value, { env, cwd, baseDir: dirname(path) });
  report(session, interpolated.diagnostics);
  for (const file of interpolated.files) files.add(file);
  return interpolated.value;
}

/** More than anyone reads; a hostile file can make a mistake of every few bytes. */
const maxDiagnostics = 1000;

function report({ diagnostics }: Session, found: readonly Diagnostic[]): void {
  for (const diagnostic of found.slice(0, Math.max(0, maxDiagnostics - diagnostics.length)))
    diagnostics.push(diagnostic);
}

function refuseInclude({ diagnostics }: Session, overlay: MapNode): void {
  const include = entryOf(overlay, 'include');
  if (!include) return;
  const help = 'name each file with an `--overlay` of its own';
  diagnostics.push(
    problem('OC2001', include.keySpan, '`include` is not allowed in an overlay', { help, path: ['include'] }),
  );
}

function withoutInclude(overlay: MapNode): MapNode {
  return { ...overlay, entries: overlay.entries.filter(({ key }) => key !== 'include') };
}
