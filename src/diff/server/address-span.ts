import ipaddr from 'ipaddr.js';
import { parseRange } from '../../gateway/common/address-range.ts';

/** Addresses that follow each other, as numbers: IPv6, and IPv4 behind it. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

const ipv4Start = 1n << 128n;

export const everySpan: Span = { first: 0n, last: ipv4Start + (1n << 32n) - 1n };

/** Of a range or an address that is valid. */
export function spanOf(range: string): Span {
  const [address, prefix] = parseRange(range);
  const bytes = address.toByteArray();
  const start = bytes.length === 4 ? ipv4Start : 0n;
  const size = 1n << BigInt(8 * bytes.length - prefix);
  const value = start + BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const first = value - (value % size);
  return { first, last: first + size - 1n };
}

/** The fewest ranges that have these addresses and no others. */
export function rangesIn({ first, last }: Span): readonly string[] {
  const ranges: string[] = [];
  for (let start = first; start <= last; ) {
    const [offset, bits] = start >= ipv4Start ? [start - ipv4Start, 32] : [start, 128];
    let size = 1n << BigInt(bits);
    while (offset % size !== 0n || start + size - 1n > last) size >>= 1n;
    const address = addressText(offset, bits);
    ranges.push(size === 1n ? address : `${address}/${bits - size.toString(2).length + 1}`);
    start += size;
  }
  return ranges;
}

function addressText(value: bigint, bits: number): string {
  const bytes = Buffer.from(value.toString(16).padStart(bits / 4, '0'), 'hex');
  return ipaddr.fromByteArray([...bytes]).toString();
}
