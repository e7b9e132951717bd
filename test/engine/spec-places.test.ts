import { expect, test } from 'vitest';
import { findSpecPlaces } from '../../src/engine/spec-places.ts';

const text = `# upstream llm (openclaw.yaml:upstreams.llm)
upstream llm {
    server 127.0.0.1;

    # keepalive (openclaw.yaml:upstreams.llm.keepalive)
    keepalive 8;

    zone llm 64k;
}

# Not from the spec.
geo $x { }

# entry to a b (openclaw.yaml:routes.0) (base.yaml:routes.1)
location / {
    return 404;
`;

const places = findSpecPlaces([{ path: 'a.conf', text, meant: null }]);

test.each([
  ['the line of the comment', 1, [['upstreams', 'llm']]],
  ['a line of the block', 3, [['upstreams', 'llm']]],
  ['a line below a comment within the block', 6, [['upstreams', 'llm', 'keepalive']]],
  ['a line behind the empty line that ends such a part', 8, [['upstreams', 'llm']]],
  ['the brace at the end', 9, [['upstreams', 'llm']]],
  ['a block that owes the spec nothing', 12, []],
  [
    'a block of two places, without its last brace',
    16,
    [
      ['routes', 0],
      ['routes', 1],
    ],
  ],
  [
    'the end of the file',
    17,
    [
      ['routes', 0],
      ['routes', 1],
    ],
  ],
  ['no line at all', 99, []],
])('knows where %s comes from', (_, line, want) => {
  expect(places('a.conf', line)).toEqual(want);
});

test('knows nothing of other files', () => {
  expect(places('b.conf', 1)).toEqual([]);
});
