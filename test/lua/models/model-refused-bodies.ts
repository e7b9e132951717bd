import type { NamedBody } from './model-accepted-bodies.ts';
import { refusedGrammar } from './model-refused-grammar.ts';
import { refusedValues } from './model-refused-values.ts';

const hex = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`;
const letters = [...'model'];

const fillers = ['"a":1', '"b":[]', '"c":{"model":"x"}'];

/** Both orders of two members, at every place among three others. */
const duplicates = [0, 1, 2, 3].flatMap((first) =>
  [0, 1, 2, 3]
    .filter((second) => second >= first)
    .map((second): NamedBody => {
      const members = fillers.toSpliced(second, 0, '"model":"expensive"').toSpliced(first, 0, '"model":"cheap"');
      return [`two models, at ${first} and ${second + 1}`, `{${members.join(',')}}`];
    }),
);

const duplicatesOfOtherKinds: NamedBody[] = [
  ['the same model twice', '{"model":"cheap","model":"cheap"}'],
  ['three models', '{"model":"a","model":"b","model":"c"}'],
  ['a second model that is null', '{"model":"cheap","model":null}'],
  ['a first model that is null', '{"model":null,"model":"expensive"}'],
  ['a second model that is an object', '{"model":"cheap","model":{"name":"expensive"}}'],
  ['a second model that is a list', '{"model":"cheap","model":["expensive"]}'],
  ['a second model that is empty', '{"model":"cheap","model":""}'],
  ['a second model after much text', `{"model":"cheap","a":"${'x'.repeat(70_000)}","model":"expensive"}`],
  ['a second model after much white space', `{"model":"cheap",${' '.repeat(70_000)}"model":"expensive"}`],
  ['a second model after an odd run', '{"model":"cheap","a":"\\\\\\"","model":"expensive"}'],
  ['a second model after an even run', '{"model":"cheap","a":"\\\\","model":"expensive","b":"\\\\"}'],
];

const escapedDuplicates = letters.flatMap((letter, index): NamedBody[] => {
  const name = letters.map((other, place) => (place === index ? hex(other) : other)).join('');
  return [
    [`a second model whose \`${letter}\` is an escape`, `{"model":"cheap","${name}":"expensive"}`],
    [`a first model whose \`${letter}\` is an escape`, `{"${name}":"expensive","model":"cheap"}`],
  ];
});

/** Every spelling of `model` in capitals and small letters but the right one. */
const spellings = [...Array(32).keys()].slice(1).map((bits) => {
  return letters.map((letter, index) => (bits & (1 << index) ? letter.toUpperCase() : letter)).join('');
});

const disguised: NamedBody[] = [
  ...spellings.map((name, index): NamedBody => {
    const members = ['"model":"cheap"', `"${name}":"expensive"`];
    return [`${name} beside the model`, `{${(index % 2 ? members : members.reverse()).join(',')}}`];
  }),
  ['MODEL instead of the model', '{"MODEL":"expensive"}'],
  ['Model as an escape', '{"model":"cheap","\\u004dodel":"expensive"}'],
  ['a name that ends in a NUL', '{"model":"cheap","model\\u0000":"expensive"}'],
  ['a name that goes on after a NUL', '{"model\\u0000x":"expensive"}'],
  ['a name in capitals that ends in a NUL', '{"model":"cheap","MODEL\\u0000":"expensive"}'],
  ['__proto__', '{"__proto__":{"model":"expensive"}}'],
  ['__proto__ beside the model', '{"model":"cheap","__proto__":{"model":"expensive"}}'],
  ['__proto__ as an escape', '{"__proto\\u005f_":{"model":"expensive"}}'],
];

const unreadableNames: NamedBody[] = [
  ['a name with an unknown escape', '{"model":"cheap","\\model":"expensive"}'],
  ['a name with the escape of JavaScript', '{"model":"cheap","\\x6dodel":"expensive"}'],
  ['a name with an octal escape', '{"model":"cheap","\\155odel":"expensive"}'],
  ['a name with an escape cut short', '{"model":"cheap","\\u6dodel":"expensive"}'],
  ['a name with the escape of code points', '{"model":"cheap","\\u{6d}odel":"expensive"}'],
  ['a name with a broken line', '{"model":"cheap","mod\\\nel":"expensive"}'],
  ['a name with a lone surrogate', '{"model":"cheap","\\ud800model":"expensive"}'],
  ['a name with a surrogate in the middle', '{"model":"cheap","mod\\udc00el":"expensive"}'],
  ['a name with a raw NUL', '{"model":"cheap","model\0":"expensive"}'],
  ['a name with a raw line break', '{"model":"cheap","model\n":"expensive"}'],
  ['a name with a raw tab', '{"model":"cheap","\tmodel":"expensive"}'],
  ['a name with a byte that is never UTF-8', Buffer.from('{"model":"cheap","mod\xffel":"expensive"}', 'latin1')],
  ['a name with a lead byte alone', Buffer.from('{"model":"cheap","\xe2model":"expensive"}', 'latin1')],
  ['a name with a letter in two bytes', Buffer.from('{"model":"cheap","\xc1\xadodel":"expensive"}', 'latin1')],
  ['a name with a surrogate in UTF-8', Buffer.from('{"model":"cheap","\xed\xa0\x80model":"expensive"}', 'latin1')],
  ['65 names in escapes', `{${'"\\u0061":1,'.repeat(65)}"model":"cheap"}`],
  ['a name of 100 KB in escapes', `{"${'\\u0061'.repeat(16_000)}":1,"model":"cheap"}`],
];

/** Bodies that some server could take for a request for another model, or that come near to it. */
export const refusedBodies: readonly NamedBody[] = [
  ...[duplicates, duplicatesOfOtherKinds, escapedDuplicates, disguised, unreadableNames].flat(),
  ...refusedValues,
  ...refusedGrammar,
];
