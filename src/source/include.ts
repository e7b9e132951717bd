import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source-file.ts';
import { displayName } from './display-name.ts';
import { problem } from './problem.ts';
import { unite } from './unite.ts';
import { entryOf, type MapNode, type ScalarNode } from './value-node.ts';

/** A file on the way from the spec to an include, with the place of the include that named it. */
interface ChainLink {
  /** The real path, so that one file under two names is one file. */
  readonly file: string;
  readonly name: string;
  readonly at?: Span;
}

export interface IncludeOptions {
  readonly cwd: string;
  /** Where the including file lies. */
  readonly baseDir: string;
  readonly chain: readonly ChainLink[];
  /** Real paths of all files that are part of the spec already. */
  readonly loaded: Set<string>;
  readonly diagnostics: Diagnostic[];
  /** Reads, parses and interpolates one file; reports on its own when it cannot. */
  readonly load: (path: string, at: Span) => Promise<MapNode | undefined>;
}

/** Puts the contents of `include:` before the file's own and drops the key. A file that is named twice counts once. */
export async function resolveIncludes(root: MapNode, options: IncludeOptions): Promise<MapNode> {
  const include = entryOf(root, 'include');
  if (!include) return root;
  let united: MapNode = { kind: 'map', entries: [], span: root.span };
  const add = (map: MapNode): void => {
    const result = unite(united, map);
    for (const found of result.diagnostics) options.diagnostics.push(found);
    united = result.value;
  };
  for (const named of includedPaths(root, options.diagnostics)) {
    const included = await loadIncluded(named, options);
    if (included) add(included);
  }
  add({ ...root, entries: root.entries.filter((entry) => entry !== include) });
  return united;
}

function includedPaths(root: MapNode, diagnostics: Diagnostic[]): readonly ScalarNode[] {
  const value = entryOf(root, 'include')?.value;
  if (!value) return [];
  const items = value.kind === 'list' ? value.items : [value];
  return items.filter((item): item is ScalarNode => {
    if (item.kind === 'scalar' && (item.unresolved || (typeof item.value === 'string' && item.value !== ''))) {
      return !item.unresolved;
    }
    const message = 'expected `include` to be the path of a file or a list of paths';
    diagnostics.push(problem('OC2003', item.span, message, { path: ['include'] }));
    return false;
  });
}

async function loadIncluded(named: ScalarNode, options: IncludeOptions): Promise<MapNode | undefined> {
  const { baseDir, chain, cwd, diagnostics, load, loaded } = options;
  const path = resolve(baseDir, String(named.value));
  const file = await realPath(path);
  const link = { file, name: displayName(path, cwd), at: named.span };
  const start = chain.findIndex((before) => before.file === file);
  if (start !== -1) {
    diagnostics.push(includeCycle([...chain.slice(start), link]));
    return undefined;
  }
  if (loaded.has(file)) return undefined;
  loaded.add(file);
  const map = await load(path, named.span);
  return map && resolveIncludes(map, { ...options, baseDir: dirname(path), chain: [...chain, link] });
}

function includeCycle(links: readonly ChainLink[]): Diagnostic {
  const names = links.map(({ name }) => `\`${name}\``).join(' → ');
  const last = links.at(-1)?.at;
  const others = links.slice(1, -1).flatMap(({ at }) => (at ? [{ message: 'included here', span: at }] : []));
  const message = `include cycle: ${names}`;
  return last
    ? problem('OC1010', last, message, { path: ['include'], related: others })
    : { code: 'OC1010', severity: 'error', message, related: others };
}

/** Missing files keep their path; reading them reports it. */
export async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
