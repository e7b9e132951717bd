import { isIP } from 'node:net';

/** Whether the first range holds the whole of the second; both are valid ranges or addresses. */
export function containsRange(wider: string, narrower: string): boolean {
  const a = parseRange(wider);
  const b = parseRange(narrower);
  if (a.bits !== b.bits || a.prefix > b.prefix) return false;
  const shift = BigInt(a.bits - a.prefix);
  return a.value >> shift === b.value >> shift;
}

function parseRange(range: string): { readonly value: bigint; readonly prefix: number; readonly bits: number } {
  const [address = '', prefix] = range.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  return {
    value: bits === 32 ? ipv4Value(address) : ipv6Value(address),
    prefix: prefix === undefined ? bits : Number(prefix),
    bits,
  };
}

function ipv4Value(address: string): bigint {
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function ipv6Value(address: string): bigint {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const text = embedded === null ? address : `${embedded[1]}${hexPair(ipv4Value(embedded[2] ?? ''))}`;
  const [head = '', tail] = text.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? first : [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function hexPair(value: bigint): string {
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
