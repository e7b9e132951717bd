import type { Path } from '../diagnostics/diagnostic.ts';
import type { Artifact } from '../render/render-files.ts';

/** The places of the spec that a line of a rendered file comes from; none where it owes the spec nothing. */
export type SpecPlaces = (file: string, line: number) => readonly Path[];

interface Scope {
  readonly indent: number;
  readonly paths: readonly Path[];
}

const place = /\([^\s():]+:([A-Za-z0-9_.-]+)\)/g;

/**
 * Reads the place comments of rendered text (docs/decisions/0003). One holds for the lines below it that are indented
 * at least as far, up to an empty line before something at its own level, or to the next such comment. Only
 * indentation counts, so that text with a brace too few is still understood.
 */
export function findSpecPlaces(artifacts: readonly Artifact[]): SpecPlaces {
  const tables = new Map<string, readonly (readonly Path[])[]>();
  return (file, line) => {
    let table = tables.get(file);
    if (table === undefined) {
      table = readPlaces(artifacts.find(({ path }) => path === file)?.text ?? '');
      tables.set(file, table);
    }
    return table[line - 1] ?? [];
  };
}

function readPlaces(text: string): readonly (readonly Path[])[] {
  let scopes: readonly Scope[] = [];
  let isAfterEmpty = false;
  return text.split('\n').map((line) => {
    if (line.trim() === '') {
      isAfterEmpty = true;
      return scopes.at(-1)?.paths ?? [];
    }
    const indent = line.length - line.trimStart().length;
    const paths = /^\s*(?:#|--) /.test(line) ? [...line.matchAll(place)].map(([, path = '']) => toPath(path)) : [];
    scopes = scopes.filter((scope) => scope.indent < indent || (scope.indent === indent && !isAfterEmpty));
    if (paths.length > 0) scopes = [...scopes.filter((scope) => scope.indent < indent), { indent, paths }];
    isAfterEmpty = false;
    return scopes.at(-1)?.paths ?? [];
  });
}

function toPath(text: string): Path {
  return text.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
