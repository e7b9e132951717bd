import ipaddr from 'ipaddr.js';

/** Names of ipaddr.js for addresses that lead to no public network; carriers' own (RFC 6598) are what VPNs such as Tailscale give. */
const privateRanges: ReadonlySet<string> = new Set([
  'loopback',
  'private',
  'linkLocal',
  'uniqueLocal',
  'carrierGradeNat',
]);

/** Loopback, private and link-local addresses, and names without a public domain, as in compose projects. */
export function isPrivate(host: string): boolean {
  // `process` takes an IPv4 address for what it is when it is written as IPv6.
  if (ipaddr.IPv4.isValidFourPartDecimal(host) || ipaddr.IPv6.isValid(host))
    return privateRanges.has(ipaddr.process(host).range());
  return !host.includes('.') || /\.(?:local|internal|lan|home\.arpa|svc|cluster\.local|test|localhost)$/.test(host);
}
