import type { AddressRules } from '../../gateway/common/authentication.ts';
import { memoize } from '../common/memoize.ts';
import { everySpan, rangesIn, type Span, spanOf } from './address-span.ts';

/** Spans of addresses, sorted and apart. */
export type AddressSet = readonly Span[];

/** Who gets past these rules: `deny` wins, and an empty `allow` allows everybody else. */
export const admittedBy = memoize((rules: AddressRules): AddressSet => {
  const allowed = rules.allow.length === 0 ? [everySpan] : addressesIn(rules.allow);
  return without(allowed, addressesIn(rules.deny));
});

export function addressesIn(ranges: readonly string[]): AddressSet {
  const spans = ranges.map(spanOf).sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of spans) {
    const before = merged.at(-1);
    if (before === undefined || first > before.last + 1n) merged.push({ first, last });
    else if (last > before.last) before.last = last;
  }
  return merged;
}

/** The first set's addresses that are not in the second. */
export function without(set: AddressSet, removed: AddressSet): AddressSet {
  const left: Span[] = [];
  let index = 0;
  for (const { first, last } of set) {
    let start = first;
    while ((removed[index]?.last ?? last) < start) index += 1;
    for (let hole = removed[index]; hole !== undefined && hole.first <= last; hole = removed[index]) {
      if (hole.first > start) left.push({ first: start, last: hole.first - 1n });
      start = hole.last + 1n;
      if (hole.last > last) break;
      index += 1;
    }
    if (start <= last) left.push({ first: start, last });
  }
  return left;
}

/** The ranges that have at least one address of the set, in their order. */
export function touching(ranges: readonly string[], set: AddressSet): readonly string[] {
  return ranges.filter((range) => {
    const { first, last } = spanOf(range);
    let [low, high] = [0, set.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((set[middle]?.last ?? 0n) < first) low = middle + 1;
      else high = middle;
    }
    const next = set[low];
    return next !== undefined && next.first <= last;
  });
}

/** The fewest ranges that make up the set. */
export function rangesOf(set: AddressSet): readonly string[] {
  return set.flatMap(rangesIn);
}
