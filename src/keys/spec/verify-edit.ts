import { isDeepStrictEqual } from 'node:util';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { SourceFile } from '../../diagnostics/source-file.ts';
import { parseYaml } from '../../source/parse-yaml.ts';
import { maxNodes } from '../../source/to-value-node.ts';
import { type PlainValue, toPlain } from '../../source/value-node.ts';
import type { Attempt } from '../problem.ts';

/** The edited text, if its values differ from the old ones by the change at the path and by nothing else. */
export function verifyEdit(options: {
  readonly source: SourceFile;
  readonly text: string;
  readonly path: Path;
  readonly change: (before: PlainValue) => PlainValue | undefined;
}): Attempt<string> {
  const { source, text, path, change } = options;
  const before = plainOf(source.text, source.name);
  const after = plainOf(text, source.name);
  if (before !== undefined && after !== undefined && isDeepStrictEqual(after, changeAt(before, path, change)))
    return { value: text };
  return {
    problem: {
      kind: 'impossible',
      message: `\`${source.name}\` is written in a way that openclaw cannot edit safely, so nothing was changed`,
      help: 'edit it by hand; `openclaw keys generate` makes a key and its hash',
    },
  };
}

function plainOf(text: string, name: string): PlainValue | undefined {
  const { value, diagnostics } = parseYaml(text, name, { left: maxNodes });
  return value === undefined || diagnostics.length > 0 ? undefined : toPlain(value);
}

/** A copy with the value at the path changed; undefined removes it. */
function changeAt(
  value: PlainValue,
  [step, ...rest]: Path,
  change: (before: PlainValue) => PlainValue | undefined,
): PlainValue | undefined {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    const items: readonly PlainValue[] = value;
    return items.flatMap((item, index) => (index === step ? list(changeAt(item, rest, change)) : [item]));
  }
  const copy: Record<string, PlainValue> = Object.assign(Object.create(null), value);
  const changed = changeAt(copy[step] ?? null, rest, change);
  if (changed === undefined) delete copy[step];
  else copy[step] = changed;
  return copy;
}

function list(value: PlainValue | undefined): PlainValue[] {
  return value === undefined ? [] : [value];
}
