import type { NamedBody } from './model-accepted-bodies.ts';

const cheap = '{"model":"cheap"}';
const expensive = '{"model":"expensive"}';

function encode(text: string, bytes: 2 | 4, isLittle: boolean): Buffer {
  const buffer = Buffer.alloc(text.length * bytes);
  [...text].forEach((char, index) => {
    const code = char.charCodeAt(0);
    const at = index * bytes;
    if (isLittle) buffer.writeUInt16LE(code, at);
    else buffer.writeUInt16BE(code, at + bytes - 2);
  });
  return buffer;
}

const encodings: NamedBody[] = [
  ['UTF-8 with a byte order mark', `\ufeff${cheap}`],
  ['UTF-16 of little end', encode(expensive, 2, true)],
  ['UTF-16 of big end', encode(expensive, 2, false)],
  ['UTF-16 of little end with its mark', encode(`\ufeff${expensive}`, 2, true)],
  ['UTF-16 of big end with its mark', encode(`\ufeff${expensive}`, 2, false)],
  ['UTF-32 of little end', encode(expensive, 4, true)],
  ['UTF-32 of big end', encode(expensive, 4, false)],
  ['UTF-32 with its mark', Buffer.concat([Buffer.of(0, 0, 0xfe, 0xff), encode(expensive, 4, false)])],
  ['UTF-7', '+AHsAIgBtAG8AZABlAGwAIg-:"cheap"}'],
  ['compressed', Buffer.from('1f8b0800000000000003ab56ca4dcd4f49cd51b2524acea94c4a2c50aa0500', 'hex')],
  ['UTF-8 and then UTF-16', Buffer.concat([Buffer.from(cheap), encode(expensive, 2, true)])],
];

const comments: NamedBody[] = [
  ['a comment before', `/* */${cheap}`],
  ['a comment after', `${cheap}// x`],
  ['a comment of a shell after', `${cheap}# x`],
  ['a comment inside', '{/* "model":"expensive" */"model":"cheap"}'],
  ['a comment that hides the model', '{"a":1,/*\n"model":"cheap",/* */"model":"expensive"}'],
  ['a comment that hides a quote', '{"a":1,// "\n"model":"expensive",// "\n"b":2}'],
  ['a comment of a shell inside', '{"a":1,# "\n"model":"expensive",# "\n"b":2}'],
  ['a comment in a list', '{"model":"cheap","a":[1,/* " */2]}'],
  ['a comment of HTML', `<!-- -->${cheap}`],
];

const endings: NamedBody[] = [
  ['a second document', `${cheap}${expensive}`],
  ['a second document on its own line', `${cheap}\n${expensive}\n`],
  ['a second document after NUL', `${cheap}\0${expensive}`],
  ['a second document after a record separator', `\x1e${cheap}\n\x1e${expensive}\n`],
  ['a second document after a comma', `${cheap},${expensive}`],
  ['a bracket too many', `${cheap}}`],
  ['a letter after', `${cheap}x`],
  ['a NUL after', `${cheap}\0`],
  ['a quote after', `${cheap}"`],
  ['a name after', `${cheap},"model":"expensive"}`],
  ['a comma at the end', '{"model":"cheap",}'],
  ['a comma at the start', '{,"model":"cheap"}'],
  ['two commas', '{"model":"cheap",,"a":1}'],
  ['a comma at the end of a list', '{"model":"cheap","a":[1,]}'],
  ['a comma at the end of an inner object', '{"model":"cheap","a":{"b":1,}}'],
  ['a semicolon', '{"model":"cheap";"a":1}'],
  ['an equals sign', '{"model"="cheap"}'],
  ['an arrow of Ruby', '{"model"=>"cheap"}'],
  ['no comma', '{"a":1 "model":"cheap"}'],
  ['no colon', '{"model" "cheap"}'],
  ['two colons', '{"model"::"cheap"}'],
  ['no value', '{"model":}'],
  ['two values', '{"model":"cheap" "expensive"}'],
  ['a name without a value', '{"model"}'],
  ['no name', '{:"cheap"}'],
  ['a name that is a number', '{1:2,"model":"cheap"}'],
  ['a name that is an object', '{{}:2,"model":"cheap"}'],
];

const quotes: NamedBody[] = [
  ['single quotes around all', "{'model':'expensive'}"],
  ['single quotes around a second model', `{"model":"cheap",'model':'expensive'}`],
  ['single quotes around a double one', `{"model":"cheap","a":['"'],"model":"expensive","b":['"']}`],
  ['no quotes around the name', '{model:"expensive"}'],
  ['no quotes around a second name', '{"model":"cheap",model:"expensive"}'],
  ['no quotes around the value', '{"model":cheap}'],
  ['backticks', '{"model":`cheap`}'],
  ['three quotes', '{"""model""":"cheap"}'],
  ['typographic quotes', '{“model”:“cheap”}'],
  ['a literal of Python', `{"model":r"cheap"}`],
  ['two literals in a row', '{"model":"che" "ap"}'],
  ['a bare word with a quote in a list', '{"a":[x"],"model":"expensive","b":["y"]}'],
];

const scalars: NamedBody[] = [
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  'True',
  'nul',
  'truefalse',
  '01',
  '+1',
  '.5',
  '1.',
  '0x1',
  '1e',
  '-',
  '1_000',
  '1,5e',
].map((value) => [`${value} as a value`, `{"model":"cheap","a":${value}}`]);
const innerScalars: NamedBody[] = ['NaN', '01', '.5', 'tru', 'nulll', '--1', '1e+', '"a"1'].map((value) => [
  `${value} in a list`,
  `{"model":"cheap","a":[${value}]}`,
]);

const shapes: NamedBody[] = [
  ['white space alone', ' \n'],
  ['a list', `[${expensive}]`],
  ['an empty list', '[]'],
  ['a text', '"expensive"'],
  ['a text of JSON', JSON.stringify(expensive)],
  ['a number', '5'],
  ['null', 'null'],
  ['true', 'true'],
  ['a word', 'model'],
  ['a form', 'model=expensive'],
  ['XML', '<model>expensive</model>'],
  ['YAML', 'model: expensive'],
  ['a call', `callback(${expensive})`],
  ['the guard against inclusion', `)]}',\n${expensive}`],
  ['a NUL before', `\0${expensive}`],
  ['129 levels', `{"model":"cheap","a":${'['.repeat(128)}${']'.repeat(128)}}`],
  ['10,000 lists', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)},"model":"cheap"}`],
  ['10,000 objects', `{"a":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)},"model":"cheap"}`],
  ['a list that ends as an object', '{"model":"cheap","a":[1}}'],
  ['an object that ends as a list', '{"model":"cheap","a":{"b":1]}'],
  ['brackets that cross', '{"model":"cheap","a":[{"b":1]}}'],
  ['a colon in a list', '{"model":"cheap","a":["b":1]}'],
  ['a list that is closed twice', '{"a":[]],"model":"cheap"}'],
];

const spaces: NamedBody[] = [
  '\v',
  '\f',
  '\x00',
  '\x01',
  '\x1c',
  '\x7f',
  '\u0085',
  '\u00a0',
  '\u200b',
  '\u2028',
  '\u3000',
  '\ufeff',
].flatMap((space): NamedBody[] => {
  const name = `U+${space.charCodeAt(0).toString(16).padStart(4, '0')} as white space`;
  return [
    [`${name} before all`, `${space}${cheap}`],
    [`${name} before the colon`, `{"model"${space}:"cheap"}`],
    [`${name} before the value`, `{"model":${space}"cheap"}`],
    [`${name} after a comma`, `{"a":[1,${space}2],"model":"cheap"}`],
    [`${name} after all`, `${cheap}${space}`],
  ];
});

const whole = '{"a":[1,{"b":"\\"x"}],"model":"cheap","c":true}';
const cut: NamedBody[] = [...whole]
  .slice(1)
  .map((_, index) => [`cut after ${index + 1} bytes`, whole.slice(0, index + 1)]);

const cutEscapes: NamedBody[] = ['\\', '\\\\\\', '\\"', '\\u', '\\u00'].map((ending) => [
  `cut after ${ending} in a text`,
  `{"model":"cheap","a":"x${ending}`,
]);

export const refusedGrammar = [
  encodings,
  comments,
  endings,
  quotes,
  scalars,
  innerScalars,
  shapes,
  spaces,
  cut,
  cutEscapes,
].flat();
