import type { NamedBody } from './model-accepted-bodies.ts';

const notText: NamedBody[] = ['null', 'true', '5', '1e400', '[]', '["expensive"]', '{}', '{"model":"expensive"}'].map(
  (value) => [`a model that is ${value}`, `{"model":${value}}`],
);

const malformed: NamedBody[] = [
  ['an empty model', '{"model":""}'],
  ['a model of 257 bytes', `{"model":"${'a'.repeat(257)}"}`],
  ['a model of 86 letters of three bytes', `{"model":"${'€'.repeat(86)}"}`],
  ['a model of 257 bytes in escapes', `{"model":"${'\\u0061'.repeat(257)}"}`],
  ['a model of 1 MB', `{"model":"${'a'.repeat(1_000_000)}"}`],
  ['a model with an escaped line break', '{"model":"cheap\\n"}'],
  ['a model with an escaped NUL', '{"model":"expensive\\u0000cheap"}'],
  ['a model with an escaped tab', '{"model":"\\tcheap"}'],
  ['a model with DEL', '{"model":"cheap\x7f"}'],
  ['a model with a control character of Latin-1', '{"model":"cheap\u0085"}'],
  ['a model with a control character of Latin-1 as an escape', '{"model":"cheap\\u009b"}'],
  ['a model with a raw line break', '{"model":"cheap\n"}'],
  ['a model with a raw NUL', '{"model":"expensive\0cheap"}'],
  ['a model with a high surrogate', '{"model":"cheap\\ud800"}'],
  ['a model with a low surrogate', '{"model":"cheap\\udc00"}'],
  ['a model with surrogates in the wrong order', '{"model":"\\ude00\\ud83d"}'],
  ['a model with a high surrogate and a letter', '{"model":"\\ud83d\\u0061"}'],
  ['a model with two high surrogates', '{"model":"\\ud83d\\ud83d"}'],
  ['a model with an unknown escape', '{"model":"ch\\eap"}'],
  ['a model with the escape of JavaScript', '{"model":"\\x63heap"}'],
  ['a model with the escape of a quote', `{"model":"cheap\\'"}`],
  ['a model with an escape cut short', '{"model":"cheap\\u00"}'],
  ['a model with a broken line', '{"model":"che\\\nap"}'],
];

const brokenUtf8: NamedBody[] = [
  ['a byte that is never UTF-8', 'cheap\xff'],
  ['a byte in the middle of nothing', 'che\x80ap'],
  ['a lead byte at the end', 'cheap\xc3'],
  ['a sequence cut short', 'cheap\xe2\x82'],
  ['a slash in two bytes', 'a\xc0\xafb'],
  ['a letter in two bytes', '\xc1\xa3heap'],
  ['a letter in three bytes', '\xe0\x81\xa3heap'],
  ['a letter in four bytes', '\xf0\x80\x81\xa3heap'],
  ['a NUL in two bytes', 'cheap\xc0\x80'],
  ['a surrogate', 'cheap\xed\xa0\x80'],
  ['a pair of surrogates', '\xed\xa0\xbd\xed\xb8\x80'],
  ['a code point beyond Unicode', '\xf4\x90\x80\x80'],
  ['a sequence of five bytes', '\xf8\x88\x80\x80\x80'],
].map(([name, value]) => [`a model with ${name}`, Buffer.from(`{"model":"${value}"}`, 'latin1')]);

export const refusedValues = [...notText, ...malformed, ...brokenUtf8];
