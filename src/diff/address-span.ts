import { isIP } from 'node:net';

/** Addresses that follow each other, as numbers: IPv6, and IPv4 behind it. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

const ipv4Start = 1n << 128n;

export const everySpan: Span = { first: 0n, last: ipv4Start + (1n << 32n) - 1n };

/** Of a range or an address that is valid. */
export function spanOf(range: string): Span {
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

/** The fewest ranges that have these addresses and no others. */
export function rangesIn({ first, last }: Span): readonly string[] {
  const ranges: string[] = [];
  for (let start = first; start <= last; ) {
    const [offset, bits] = start >= ipv4Start ? [start - ipv4Start, 32] : [start, 128];
    let size = 1n << BigInt(bits);
    while (offset % size !== 0n || start + size - 1n > last) size >>= 1n;
    const address = bits === 32 ? ipv4Text(offset) : ipv6Text(offset);
    ranges.push(size === 1n ? address : `${address}/${bits - size.toString(2).length + 1}`);
    start += size;
  }
  return ranges;
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function ipv6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
