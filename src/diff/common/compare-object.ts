import { isDeepStrictEqual } from 'node:util';
import type { PlainValue } from '../../source/value-node.ts';
import type { Change } from './change.ts';
import type { AnyListRules, AnyRule, Context, ObjectRules } from './rule.ts';
import { showValue } from './show-value.ts';

type Fields = Readonly<Record<string, AnyRule>>;
type Data = Readonly<Record<string, unknown>>;

interface Place {
  /** Such as `route chat`. */
  readonly object: string;
  readonly context: Context<unknown>;
}

/** All differences between two versions of one object, in the order of its fields. */
export function compareObject<T extends object>(options: {
  readonly object: string;
  readonly context: Context<T>;
  readonly rules: ObjectRules;
}): readonly Change[] {
  const { object, context, rules } = options;
  if (isDeepStrictEqual(context.before, context.after)) return [];
  const place: Place = { object, context };
  const [before, after] = [context.before as Data, context.after as Data];
  const skipped = new Set([...rules.identity, ...Object.keys(rules.lists)]);
  return [
    ...compareFields(place, { fields: rules.fields, skipped, before, after, path: '', prefix: '' }),
    ...Object.entries(rules.lists).flatMap(([path, list]): readonly Change[] => {
      const was = itemsAt(before, path);
      const now = itemsAt(after, path);
      return was === undefined || now === undefined ? [] : compareList(place, { list, before: was, after: now });
    }),
  ];
}

/** Undefined when what the list belongs to is not there: then its coming or going tells all. */
function itemsAt(data: Data, path: string): readonly unknown[] | undefined {
  const [key = '', ...deeper] = path.split('.');
  const value = data[key];
  if (deeper.length > 0) return isData(value) ? itemsAt(value, deeper.join('.')) : undefined;
  return Array.isArray(value) ? value : [];
}

interface FieldOptions {
  readonly fields: Fields;
  /** Paths that are compared in another way, or not at all. */
  readonly skipped: ReadonlySet<string>;
  readonly before: Data;
  readonly after: Data;
  readonly path: string;
  readonly prefix: string;
}

function compareFields(place: Place, options: FieldOptions): readonly Change[] {
  const { fields, skipped, before, after, path, prefix } = options;
  // A manifest of another version may have fields that this one lacks, and the other way round.
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key): readonly Change[] => {
    const was = before[key] ?? null;
    const now = after[key] ?? null;
    const here = `${path}${key}`;
    if (skipped.has(here) || isDeepStrictEqual(was, now)) return [];
    const hasParts = Object.keys(fields).some((name) => name.startsWith(`${here}.`));
    if (hasParts && isData(was) && isData(now))
      return compareFields(place, { ...options, before: was, after: now, path: `${here}.` });
    const rule = (Object.hasOwn(fields, here) ? fields[here] : undefined) ?? unknownField(here);
    return [changeOf(place, { rule, before: was, after: now, field: rule.label.replace(/^.*<[a-z]+>\.?/, prefix) })];
  });
}

function compareList(
  place: Place,
  options: { list: AnyListRules; before: readonly unknown[]; after: readonly unknown[] },
): readonly Change[] {
  const { list } = options;
  const before = byName(list, options.before);
  const after = byName(list, options.after);
  const changes: Change[] = [];
  for (const [name, now] of after) {
    const was = before.get(name) ?? null;
    if (isDeepStrictEqual(was, now)) continue;
    const field = list.label(now as never);
    if (was === null || list.fields === undefined)
      changes.push(changeOf(place, { rule: list.item, before: was, after: now, field }));
    else
      changes.push(
        ...compareFields(place, {
          fields: list.fields,
          skipped: new Set(),
          before: was as Data,
          after: now as Data,
          path: '',
          prefix: `${field}.`,
        }),
      );
  }
  for (const [name, was] of before) {
    if (!after.has(name))
      changes.push(changeOf(place, { rule: list.item, before: was, after: null, field: list.label(was as never) }));
  }
  const kept = [...before.keys()].filter((name) => after.has(name));
  const now = [...after.keys()].filter((name) => before.has(name));
  if (kept.join('\n') !== now.join('\n')) {
    const { label } = list.item;
    const field = `${label.slice(0, label.search(/[.\s]?</))} order`;
    changes.push({
      action: 'change',
      object: place.object,
      field,
      before: kept,
      after: now,
      text: { before: showValue(kept), after: showValue(now) },
      ...list.order,
      takesEffect: typeof list.item.takesEffect === 'string' ? list.item.takesEffect : 'reload',
    });
  }
  return changes;
}

/** Items by name; of several with one name the second is `name#2`. */
function byName(list: AnyListRules, items: readonly unknown[]): ReadonlyMap<string, unknown> {
  const named = new Map<string, unknown>();
  for (const item of items) {
    const name = list.identify(item as never);
    let key = name;
    for (let count = 2; named.has(key); count++) key = `${name}#${count}`;
    named.set(key, item);
  }
  return named;
}

function changeOf(place: Place, options: { rule: AnyRule; before: unknown; after: unknown; field: string }): Change {
  const { rule, before, after, field } = options;
  const given = [before as never, after as never, place.context as never] as const;
  const show = (value: unknown): string =>
    value === null || rule.show === undefined ? showValue(value as PlainValue) : rule.show(value as never);
  const plain = (value: unknown): PlainValue =>
    value === null || rule.plain === undefined ? (value as PlainValue) : rule.plain(value as never);
  return {
    action: 'change',
    object: place.object,
    field,
    before: plain(before),
    after: plain(after),
    text: { before: show(before), after: show(after) },
    ...rule.judge(...given),
    takesEffect: typeof rule.takesEffect === 'string' ? rule.takesEffect : rule.takesEffect(...given),
  };
}

/** What is not known is taken for the worst. */
function unknownField(label: string): AnyRule {
  return {
    label,
    about: '',
    risks: ['loosens'],
    takesEffect: 'restart',
    judge: () => ({ risk: 'loosens', effect: 'this version of openclaw does not know the field on both sides' }),
  };
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
