import { describe, expect, test } from 'vitest';
import { suggest } from '../../src/diagnostics/suggest.ts';

const upstreams = ['openai', 'anthropic', 'llama', 'mistral'];

describe('suggest', () => {
  test.each<[string, string, readonly string[], string | undefined]>([
    ['two letters swapped', 'opnai', upstreams, 'openai'],
    ['a swap is one edit', 'paht', ['path'], 'path'],
    ['case is ignored', 'LLAMA', upstreams, 'llama'],
    ['hyphen for underscore', 'max-fails', ['max_conns', 'max_fails'], 'max_fails'],
    ['four letters: one edit', 'pahh', ['path'], 'path'],
    ['four letters: two edits are too many', 'paxx', ['path'], undefined],
    ['eight letters: two edits', 'upstxeam', ['upstream'], 'upstream'],
    ['eight letters: three edits are too many', 'uxsxxeam', ['upstream'], undefined],
    ['longer: three edits', 'certxfxcatx', ['certificate'], 'certificate'],
    ['longer: four edits are too many', 'cxrtxfxcatx', ['certificate'], undefined],
    ['nothing is near', 'gemini', upstreams, undefined],
    ['one letter is like any other', 'a', ['b', 'c'], undefined],
    ['the name itself is no suggestion', 'llama', ['llama'], undefined],
    ['the nearest wins', 'routs', ['route', 'routes'], 'route'],
    ['a tie goes to the first in order of the alphabet', 'b1', ['b3', 'b2'], 'b2'],
    ['nothing known', 'llama', [], undefined],
    ['a name of a megabyte', 'x'.repeat(1_000_000), ['x'.repeat(1_000_000).concat('y')], undefined],
  ])('%s', (_name, given, known, want) => {
    expect(suggest(given, known)).toBe(want);
  });
});
