import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressesIn, admittedBy, rangesOf, touching, without } from '../../../src/diff/server/address-set.ts';

test.each<[string, readonly string[], readonly string[], readonly string[], readonly string[]]>([
  ['everyone, without lists', [], [], ['9.9.9.9', '::1'], []],
  ['only who is allowed', ['10.0.0.0/8'], [], ['10.255.255.255'], ['11.0.0.0', '9.255.255.255', '::1']],
  ['nobody who is denied, allowed or not', ['10.0.0.0/8'], ['10.1.0.0/16'], ['10.0.255.255', '10.2.0.0'], ['10.1.2.3']],
  ['everyone who is not denied', [], ['2001:db8::/32'], ['2001:db9::', '10.0.0.1'], ['2001:db8::1']],
  [
    'nobody, when all of IPv4 is denied and IPv6 is not allowed',
    ['10.0.0.0/8'],
    ['0.0.0.0/0'],
    [],
    ['10.0.0.1', '::1'],
  ],
  ['an address with an IPv4 part', ['::ffff:10.0.0.0/104'], [], ['::ffff:a00:1'], ['::ffff:b00:1', '10.0.0.1']],
])('%s', (_name, allow, deny, inside, outside) => {
  const admitted = admittedBy({ allow, deny });
  expect(touching([...inside, ...outside], admitted)).toEqual(inside);
});

test('what is left is named by the fewest ranges', () => {
  const left = without(
    admittedBy({ allow: ['10.0.0.0/8', '2001:db8::/126'], deny: [] }),
    addressesIn(['10.128.0.0/9', '2001:db8::1']),
  );
  expect(rangesOf(left)).toEqual(['2001:db8::', '2001:db8::2/127', '10.0.0.0/9']);
  expect(rangesOf(admittedBy({ allow: [], deny: [] }))).toEqual(['::/0', '0.0.0.0/0']);
});

test('what two lists of rules differ in is what a block list says, address by address', () => {
  const octet = fc.integer({ min: 0, max: 3 });
  const address = fc.oneof(
    fc.tuple(octet, octet).map(([a, b]) => `10.0.${a}.${b}`),
    fc.tuple(octet, octet).map(([a, b]) => `2001:db8::${a}:${b}`),
  );
  const range = fc.tuple(address, fc.integer({ min: 0, max: 12 })).map(([host, short]) => {
    const bits = isIP(host) === 4 ? 32 : 128;
    return `${host}/${bits - short}`;
  });
  const rules = fc.record({ allow: fc.array(range, { maxLength: 4 }), deny: fc.array(range, { maxLength: 4 }) });
  fc.assert(
    fc.property(rules, rules, address, (before, after, host) => {
      const gained = without(admittedBy(after), admittedBy(before));
      expect(touching([host], gained)).toEqual(isLetIn(after, host) && !isLetIn(before, host) ? [host] : []);
      expect(without(admittedBy(before), admittedBy({ ...before }))).toEqual([]);
      expect(addressesIn(rangesOf(gained))).toEqual(gained);
      expect(addressesIn([...before.deny, ...before.deny])).toEqual(addressesIn(before.deny));
    }),
    { numRuns: 500 },
  );
});

function isLetIn({ allow, deny }: { allow: readonly string[]; deny: readonly string[] }, host: string): boolean {
  return (allow.length === 0 || isListed(allow, host)) && !isListed(deny, host);
}

function isListed(ranges: readonly string[], host: string): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}
