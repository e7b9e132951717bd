import fc from 'fast-check';
import { expect, test } from 'vitest';
import { containsRange } from '../../../src/gateway/common/address-range.ts';
import { coversHost } from '../../../src/gateway/common/coverage.ts';
import { isPrivate } from '../../../src/gateway/common/is-private.ts';

test.each<[string, string, boolean]>([
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.0/8', '10.0.0.0/7', false],
  ['10.0.0.0/8', '10.0.0.0/8', true],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '1.2.3.4', false],
  ['10.1.2.3', '10.1.2.3/32', true],
  ['10.1.2.3/8', '10.9.9.9', true],
  ['128.0.0.0/1', '255.0.0.0/8', true],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::', false],
  ['::ffff:0:0/96', '::ffff:10.0.0.1', true],
  ['::1', '0:0:0:0:0:0:0:1', true],
  ['fe80::/10', 'febf::1', true],
  ['1::', '1:0::0', true],
])('%s holds %s: %s', (wider, narrower, want) => {
  expect(containsRange(wider, narrower)).toBe(want);
});

/** Every address of the narrower range, the slow way: its first and last one, bit by bit. */
function containsSlowly(wider: readonly [string, number], narrower: readonly [string, number]): boolean {
  return wider[1] <= narrower[1] && wider[0].slice(0, wider[1]) === narrower[0].slice(0, wider[1]);
}

const bits4 = fc.string({ unit: fc.constantFrom('0', '1'), minLength: 32, maxLength: 32 });
const bits6 = fc.string({ unit: fc.constantFrom('0', '1'), minLength: 128, maxLength: 128 });

function ipv4Text(bits: string): string {
  return [0, 8, 16, 24].map((start) => Number.parseInt(bits.slice(start, start + 8), 2)).join('.');
}

function ipv6Text(bits: string): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number.parseInt(bits.slice(index * 16, index * 16 + 16), 2));
  const written = groups.map((group) => group.toString(16)).join(':');
  return written.replace(/(?:^|:)0(?::0)+(?::|$)/, '::');
}

test('agrees with a comparison bit by bit', () => {
  for (const [bits, length, write] of [
    [bits4, 32, ipv4Text],
    [bits6, 128, ipv6Text],
  ] as const) {
    const pair = fc.tuple(bits, bits, fc.nat(length), fc.nat(length), fc.nat(length));
    fc.assert(
      fc.property(pair, ([first, other, wide, narrow, shared]) => {
        const second = first.slice(0, shared) + other.slice(shared);
        expect(containsRange(`${write(first)}/${wide}`, `${write(second)}/${narrow}`)).toBe(
          containsSlowly([first, wide], [second, narrow]),
        );
      }),
    );
  }
});

test.each<[string, string, boolean]>([
  ['ai.example.com', 'ai.example.com', true],
  ['*.example.com', 'ai.example.com', true],
  ['*.example.com', 'a.b.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'notexample.com', false],
  ['*.example.com', '*.eu.example.com', true],
  ['*.eu.example.com', '*.example.com', false],
  ['ai.example.com', '*.example.com', false],
])('%s covers %s: %s', (pattern, host, want) => {
  expect(coversHost(pattern, host)).toBe(want);
});

test.each<[string, boolean]>([
  ['127.0.0.1', true],
  ['10.255.0.1', true],
  ['172.15.0.1', false],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['192.169.1.1', false],
  ['8.8.8.8', false],
  ['::1', true],
  ['fd12::1', true],
  ['fe80::1', true],
  ['2001:db8::1', false],
  ['::ffff:8.8.8.8', false],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:10.0.0.1', true],
  ['100.64.0.1', true],
  ['100.127.255.255', true],
  ['100.63.255.255', false],
  ['100.128.0.0', false],
  ['fec0::1', false],
  ['0.0.0.0', false],
  ['llama', true],
  ['llama.svc.cluster.local', true],
  ['models.internal', true],
  ['api.openai.com', false],
  ['local.evil.com', false],
  ['notinternal', true],
  ['evil.notlocal', false],
])('%s is private: %s', (host, want) => {
  expect(isPrivate(host)).toBe(want);
});
