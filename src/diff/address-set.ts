import { isIP } from 'node:net';
import type { AddressRules } from '../model/authentication.ts';
import { memoize } from './memoize.ts';

/** Addresses as numbers, IPv4 behind IPv6: spans of them, sorted and apart. */
export type AddressSet = readonly Span[];

interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

const ipv4Start = 1n << 128n;
const every: AddressSet = [{ first: 0n, last: ipv4Start + (1n << 32n) - 1n }];

/** Who gets past these rules: `deny` wins, and an empty `allow` allows everybody else. */
export const admittedBy = memoize((rules: AddressRules): AddressSet => {
  const allowed = rules.allow.length === 0 ? every : addressesIn(rules.allow);
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

function spanOf(range: string): Span {
  const [address = '', prefix] = range.split('/');
  const isShort = isIP(address) === 4;
  const bits = isShort ? 32 : 128;
  const size = 1n << BigInt(bits - (prefix === undefined ? bits : Number(prefix)));
  const value = isShort ? ipv4Start + ipv4Value(address) : ipv6Value(address);
  const first = value - (value % size);
  return { first, last: first + size - 1n };
}

function ipv4Value(address: string): bigint {
  return address.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function ipv6Value(address: string): bigint {
  // URLs are written with the shortest form of an address, in hexadecimal groups alone.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const [first, last] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array<string>(8 - (first?.length ?? 0) - (last?.length ?? 0)).fill('0');
  return [...(first ?? []), ...zeros, ...(last ?? [])].reduce(
    (value, group) => value * 65_536n + BigInt(`0x${group}`),
    0n,
  );
}
