import { expect } from 'vitest';
import type { Compilation } from '../../src/compile.ts';
import { isError } from '../../src/diagnostics/diagnostic.ts';
import { compareFile } from './compare-file.ts';
import { compileSpec } from './compile-spec.ts';
import { type Field, ownText, withText } from './fields.ts';
import { flatten, harmlessTwin } from './texts.ts';

export interface Survivor {
  readonly label: string;
  readonly compilation: Compilation;
}

let known: { readonly field: Field; readonly twins: Map<string, Compilation> } | undefined;

/** Many texts have the same twin. */
function twinOf(field: Field, text: string): Compilation {
  if (known?.field !== field) known = { field, twins: new Map() };
  const twin = known.twins.get(text) ?? compileSpec(withText(field, text));
  expect(twin.diagnostics.filter(isError)).toEqual([]);
  known.twins.set(text, twin);
  return twin;
}

/** Refused with a place in the spec, or written so that only the one text differs from a harmless spec's output. */
export function withstand(field: Field, text: string): Survivor | undefined {
  const compilation = compileSpec(withText(field, text));
  const errors = compilation.diagnostics.filter(isError);
  expect(errors.filter(({ code }) => code.startsWith('OC5'))).toEqual([]);
  if (compilation.artifacts === undefined) {
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.every((error) => error.span !== undefined)).toBe(true);
    return undefined;
  }
  expect(errors).toEqual([]);
  const twinText = harmlessTwin(text, ownText(field) + formatOf(field));
  // Compiling is a pure function (test/determinism.test.ts): a text that is its own twin has nothing to differ from.
  const twin = twinText === text ? compilation : twinOf(field, twinText);
  const files = compilation.artifacts;
  const twins = twin.artifacts ?? [];
  expect(files.map(({ path }) => flatten(path)).sort()).toEqual(twins.map(({ path }) => flatten(path)).sort());
  files.forEach((file, index) => {
    const other = twins[index];
    if (other === undefined || file.text === other.text) return;
    compareFile(file, other, [text, twinText]);
  });
  return { label: `${JSON.stringify(text).slice(0, 60)} in ${field.label}`, compilation };
}

/** More that belongs to a field's format: `=/path`, blanks in files, `~` in an argument's name, which sorts it elsewhere. */
function formatOf({ kind, path, name }: Field): string {
  // What sorts behind letters: such names are sorted.
  if (kind === 'key') return name === 'models.*' ? '{|}~' : '~';
  if (/^address_lists\.|\.public_key$/.test(name)) return ' \t\r\n#\u2028\ufeff';
  return path[0] === 'routes' && path.at(-1) === 'path' ? '=' : '';
}
