export type NamedBody = readonly [name: string, body: string | Buffer];

const hex = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`;
const letters = [...'model'];
const range = (count: number) => [...Array(count).keys()];

const plain: NamedBody[] = [
  ['the model alone', '{"model":"cheap"}'],
  ['the model first', '{"model":"cheap","messages":[{"role":"user","content":"hi"}]}'],
  ['the model last', '{"messages":[{"role":"user","content":"hi"}],"model":"cheap"}'],
  ['the model between others', '{"temperature":0.5,"model":"cheap","top_p":1}'],
  ['no model', '{"messages":[]}'],
  ['nothing in the object', '{}'],
  [
    'white space of all four kinds',
    ' \t\r\n{ \t\r\n"model" \t\r\n: \t\r\n"cheap" \t\r\n, \t\r\n"a" \t\r\n: \t\r\n1 \t\r\n} \t\r\n',
  ],
  ['an empty name', '{"":1,"model":"cheap"}'],
  ['values of all kinds', '{"a":null,"b":true,"c":false,"d":-0,"e":1.5e-3,"f":"","g":[],"h":{},"model":"cheap"}'],
  ['numbers in all forms', '{"a":[0,-1,10,1.0,0.25,1e5,1E+5,1e-5,-0.0e0],"model":"cheap"}'],
  ['a number that no double holds', '{"a":1e400,"model":"cheap"}'],
  ['a number of 5,000 digits', `{"a":${'9'.repeat(5000)},"model":"cheap"}`],
  ['a name of 100 KB', `{"${'a'.repeat(100_000)}":1,"model":"cheap"}`],
  ['a text of 100 KB', `{"a":"${'b'.repeat(100_000)}","model":"cheap"}`],
  ['128 levels', `{"a":${'['.repeat(127)}${']'.repeat(127)},"model":"cheap"}`],
  [
    '1,000 names',
    `{${range(1000)
      .map((index) => `"a${index}":${index},`)
      .join('')}"model":"cheap"}`,
  ],
  [
    '60 names in escapes',
    `{${range(60)
      .map((index) => `"\\u0061${index}":1,`)
      .join('')}"model":"cheap"}`,
  ],
];

const nested: NamedBody[] = [
  ['another model deeper', '{"metadata":{"model":"expensive"},"model":"cheap"}'],
  ['another model deeper and later', '{"model":"cheap","metadata":{"model":"expensive"}}'],
  ['another model in a list', '{"model":"cheap","messages":[{"model":"expensive"}]}'],
  ['another model only deeper', '{"metadata":{"model":"expensive"}}'],
  ['another model in another case deeper', '{"model":"cheap","metadata":{"Model":"expensive"}}'],
  ['two models deeper', '{"model":"cheap","metadata":{"model":"a","model":"b"}}'],
  ['two models in another case deeper', '{"model":"cheap","metadata":{"MODEL":"a","mODEL":"b"}}'],
  ['__proto__ deeper', '{"model":"cheap","metadata":{"__proto__":{"model":"expensive"}}}'],
  ['a body in a text', '{"model":"cheap","content":"{\\"model\\":\\"expensive\\"}"}'],
  ['the end of a body in a text', '{"model":"cheap","content":"\\"},\\"model\\":\\"expensive\\""}'],
  ['comments in a text', '{"content":"/* // #","model":"cheap","b":"*/"}'],
  ['single quotes in texts', `{"a":"'","model":"cheap","b":"'"}`],
  ['brackets in texts', '{"a":"}]","model":"cheap","b":"[{"}'],
  ['another name twice', '{"a":1,"model":"cheap","a":{"model":"expensive"}}'],
  ['`stream` twice', '{"stream":true,"model":"cheap","stream":false}'],
  ['a model as the value of another name', '{"a":"model","model":"cheap","b":"model"}'],
  ['the name of the name', '{"model":"model"}'],
];

const otherNames = [
  'mode',
  'models ',
  'modell',
  'xmodel',
  ' model',
  'model ',
  'mo del',
  'model.',
  'model\u200b',
  'mоdel',
];
const otherwiseNamed: NamedBody[] = [
  ...otherNames.map(
    (name): NamedBody => [`a name that is another: ${name}`, `{"${name}":"expensive","model":"cheap"}`],
  ),
  ['a name with the letter that stands for broken ones', '{"mod\ufffdel":"expensive","model":"cheap"}'],
  ['a name in letters of full width', '{"ｍｏｄｅｌ":"expensive","model":"cheap"}'],
  ['constructor', '{"constructor":{"prototype":{"model":"expensive"}},"model":"cheap"}'],
  ['a name in escapes', '{"\\u006dode":"expensive","model":"cheap"}'],
];

const escapedNames: NamedBody[] = [
  ...letters.map((letter, index): NamedBody => {
    const name = letters.map((other, place) => (place === index ? hex(other) : other)).join('');
    return [`the name with \`${letter}\` as an escape`, `{"${name}":"cheap"}`];
  }),
  ['the name all in escapes', `{"${letters.map(hex).join('')}":"cheap"}`],
  [
    'the name in escapes of capital digits',
    `{"${letters
      .map(hex)
      .join('')
      .replaceAll(/[cdf]/g, (digit) => digit.toUpperCase())}":"cheap"}`,
  ],
];

const values: NamedBody[] = [
  ['a name of one byte', '{"model":"a"}'],
  ['a name of 256 bytes', `{"model":"${'a'.repeat(256)}"}`],
  ['a name of 256 bytes in escapes', `{"model":"${'\\u0061'.repeat(256)}"}`],
  ['a name of 85 letters of three bytes', `{"model":"${'€'.repeat(85)}"}`],
  ['a name beyond ASCII', '{"model":"modèle-é€😀"}'],
  ['a name with a pair of surrogates', '{"model":"\\ud83d\\ude00"}'],
  ['a name with a slash', '{"model":"openai/cheap"}'],
  ['a name with an escaped slash', '{"model":"openai\\/cheap"}'],
  ['a name with quotes and backslashes', '{"model":"a\\"b\\\\c\\\\\\"d"}'],
  ['a name all in escapes', '{"model":"\\u0063\\u0068\\u0065\\u0061\\u0070"}'],
  ['a name with spaces around', '{"model":" cheap "}'],
  ['a name with a line separator', '{"model":"a\u2028b\u2029c"}'],
  ['a name with the mark of byte order', '{"model":"\ufeffcheap"}'],
  ['a name like an object', '{"model":"{}"}'],
  ['a name with what JavaScript and HTML take for more', '{"model":"</script>${x}\'#{y}"}'],
];

/** Ends a text after so many backslashes, which the quote belongs to when they are odd. */
const runs = range(9).map((index): NamedBody => {
  const count = index + 1;
  const ending = count % 2 === 1 ? `${'\\'.repeat(count)}",\\"model\\":\\"expensive\\"` : '\\'.repeat(count);
  return [`${count} backslashes before a quote`, `{"a":"${ending}","model":"cheap"}`];
});

const strange: NamedBody[] = [
  ['control characters in a text', '{"a":"\u0001\n\t\u001f","model":"cheap"}'],
  ['a NUL in a text', '{"a":"\0","model":"cheap"}'],
  ['an unknown escape in a text', '{"a":"\\q\\x41\\\'","model":"cheap"}'],
  ['lone surrogates in a text', '{"a":"\\ud800 \\udc00","model":"cheap"}'],
  ['the mark of byte order in a text', '{"a":"\ufeff","model":"cheap"}'],
  ['line separators in a text', '{"a":"\u2028\u2029\u0085\u00a0","model":"cheap"}'],
  ['broken UTF-8 in a text', Buffer.from('{"a":"\xff\xfe\xc0\xaf\xed\xa0\x80\xe2\x82","model":"cheap"}', 'latin1')],
  ['a lead byte before the end of a text', Buffer.from('{"a":"\xe2","model":"cheap","b":"\xf0"}', 'latin1')],
  ['the lead byte of Shift_JIS before a backslash', Buffer.from('{"a":"\x83\\\\","model":"cheap"}', 'latin1')],
];

/** Bodies that servers may differ about in much, but not in which model they name. */
export const acceptedBodies = [...[plain, nested, otherwiseNamed, escapedNames, values, runs, strange].flat()] as const;
