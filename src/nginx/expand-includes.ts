import { posix } from 'node:path';
import type { EntryBlock } from './check-entries.ts';
import type { ConfigContext } from './directives.ts';
import { type ConfigProblem, type Directive, type ParsedConfig, parseConfig } from './parse-config.ts';

/** What a level of the configuration is made of: directives for a context, or the entries of a block. */
export type LevelContext = ConfigContext | EntryBlock;

export interface PlacedDirective {
  readonly directive: Directive;
  readonly file: string;
  /** False when the file was already seen in this context, so that only its neighbours differ. */
  readonly isNew: boolean;
}

/** The files of an artifact, each read once, and in which contexts. */
export interface ConfigFiles {
  readonly texts: ReadonlyMap<string, string>;
  readonly parsed: Map<string, ParsedConfig>;
  readonly visited: Set<string>;
  readonly report: (problem: ConfigProblem) => void;
}

/** Reads a file of the artifact and reports what is malformed the first time; undefined when there is no such file. */
export function readConfigFile(files: ConfigFiles, file: string): ParsedConfig | undefined {
  const known = files.parsed.get(file);
  const text = files.texts.get(file);
  if (known !== undefined || text === undefined) return known;
  const parsed = parseConfig({ file, text });
  files.parsed.set(file, parsed);
  for (const problem of parsed.problems) files.report(problem);
  return parsed;
}

/** The directives of one level with every `include` replaced by what it brings. */
export function expandIncludes(
  files: ConfigFiles,
  level: { readonly directives: readonly Directive[]; readonly file: string; readonly context: LevelContext },
): readonly PlacedDirective[] {
  const expanded: PlacedDirective[] = [];

  const expand = (
    directives: readonly Directive[],
    file: string,
    isNew: boolean,
    including: readonly string[],
  ): void => {
    for (const directive of directives) {
      if (!isInclude(directive, level.context)) {
        expanded.push({ directive, file, isNew });
        continue;
      }
      const problem = (message: string): void =>
        files.report({ code: 'OC5004', message, file, line: directive.name.line });
      const wanted = directive.args[0]?.text ?? '';
      const found = findIncluded(files.texts, wanted);
      if (found === null) problem(`included file \`${wanted}\` is not part of the artifact`);
      for (const included of found ?? []) {
        if (including.includes(included)) {
          problem(`\`${included}\` includes itself`);
          continue;
        }
        const visit = `${level.context} ${included}`;
        const isFirst = !files.visited.has(visit);
        files.visited.add(visit);
        expand(readConfigFile(files, included)?.directives ?? [], included, isFirst, [...including, included]);
      }
    }
  };

  expand(level.directives, level.file, true, [level.file]);
  return expanded;
}

/** `split_clients` is the one block of entries that cannot include (ngx_http_split_clients_module.c). */
function isInclude(directive: Directive, context: LevelContext): boolean {
  return (
    directive.name.text === 'include' &&
    directive.args.length === 1 &&
    directive.block === null &&
    context !== 'split_clients'
  );
}

/** Paths that an `include` brings; empty for nginx's own `mime.types` and a pattern without matches, null for a gap. */
function findIncluded(texts: ReadonlyMap<string, string>, wanted: string): readonly string[] | null {
  const path = posix.normalize(wanted);
  if (texts.has(path)) return [path];
  if (/[*?[]/.test(path)) return [...texts.keys()].filter((name) => posixMatch(name, path)).sort();
  return posix.basename(path) === 'mime.types' ? [] : null;
}

/** `*` and `?` as glob(3) has them, within one directory; a `[` matches only itself. */
function posixMatch(name: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`).test(name);
}
