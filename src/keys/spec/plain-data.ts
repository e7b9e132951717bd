import type { PlainValue } from '../../source/value-node.ts';

/** Nothing for what is no list yet. */
export function listOf(value: PlainValue | undefined): readonly PlainValue[] {
  return Array.isArray(value) ? value : [];
}

/** What stands under a key of plain data. */
export function valueUnder(map: PlainValue, key: string): PlainValue | undefined {
  return isPlainMap(map) ? map[key] : undefined;
}

/** Plain data with a value under a key, or without the key. */
export function withEntry(map: PlainValue, key: string, value: PlainValue | undefined): PlainValue {
  const copy: Record<string, PlainValue> = Object.assign(Object.create(null), map);
  if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

export function isPlainMap(value: PlainValue): value is { readonly [key: string]: PlainValue } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
