import ipaddr from 'ipaddr.js';

/** The address of a valid range and the length of its prefix, which is all of an address that stands alone. */
export function parseRange(range: string): readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number] {
  const [text = '', prefix] = range.split('/');
  const address = ipaddr.parse(text);
  return [address, prefix === undefined ? 8 * address.toByteArray().length : Number(prefix)];
}

/** Whether the first range holds the whole of the second; both are valid ranges or addresses. */
export function containsRange(wider: string, narrower: string): boolean {
  const [a, prefix] = parseRange(wider);
  const [b, length] = parseRange(narrower);
  return a.kind() === b.kind() && prefix <= length && b.match(a, prefix);
}
