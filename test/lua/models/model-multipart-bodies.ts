type Lines = string | readonly string[];

export interface MultipartBody {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer;
}

const usual = 'multipart/form-data; boundary=XyZ';
const model = 'Content-Disposition: form-data; name="model"';
const file = 'Content-Disposition: form-data; name="file"; filename="a.wav"';

const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

/** A part: lines of its header and its content. */
function part(head: Lines, content: string): string {
  return `${[head].flat().join('\r\n')}\r\n\r\n${content}`;
}

/** A whole body of such parts. */
function form(...parts: readonly string[]): string {
  return `${parts.map((text) => `--XyZ\r\n${text}\r\n`).join('')}--XyZ--\r\n`;
}

function make(name: string, body: string, type = usual): MultipartBody {
  return { name, type, body: Buffer.from(body, 'latin1') };
}

const cheap = part(model, 'cheap');
const expensive = part(model, 'expensive');

export const acceptedMultipart: readonly MultipartBody[] = [
  make('the model alone', form(cheap)),
  make('a file before', form(part([file, 'Content-Type: audio/wav'], `RIFF${bytes}`), cheap)),
  make('a file after', form(cheap, part([file, 'Content-Type: audio/wav'], `${bytes}RIFF`))),
  make('a file of 2 MB before', form(part(file, bytes.repeat(8000)), cheap)),
  make('a file like a part', form(part(file, `\r\n${model}\r\n\r\nexpensive\r\n`), cheap)),
  make('a file with dashes and line breaks', form(part(file, '\r\n--\r\n----\r\n--Xy\r\n-- XyZ\r\n--xyz\r\n'), cheap)),
  make('no model', form(part(file, 'x'))),
  make('no parts', form()),
  make(
    'a body of JSON in another field',
    form(part('Content-Disposition: form-data; name="json"', '{"model":"expensive"}'), cheap),
  ),
  make('another field', form(part('Content-Disposition: form-data; name="model_id"', 'x'), cheap)),
  make(
    'a field of a list',
    form(part('Content-Disposition: form-data; name="timestamp_granularities[]"', 'word'), cheap),
  ),
  make('an empty field', form(part('Content-Disposition: form-data; name="prompt"', ''), cheap)),
  make('a type', form(part([model, 'Content-Type: text/plain'], 'cheap'))),
  make('a type with its charset', form(part([model, 'Content-Type: text/plain; charset=UTF-8'], 'cheap'))),
  make('a length', form(part([model, 'Content-Length: 5'], 'cheap'))),
  make('a length of another part', form(part([file, 'Content-Length: 256'], bytes), cheap)),
  make('a header of its own', form(part([model, 'X-Trace: a; b="c"'], 'cheap'))),
  make('a header in small letters', form(part('content-disposition:form-data;name="model"', 'cheap'))),
  make(
    'a name beyond ASCII of a file',
    form(part(`Content-Disposition: form-data; name="file"; filename="\xc3\xbc.wav"`, 'x'), cheap),
  ),
  make('a name of a file in both ways', form(part(`${file}; filename*=UTF-8''a%20b.wav`, 'x'), cheap)),
  make(
    'a file named as the model is',
    form(part('Content-Disposition: form-data; name="file"; filename="name=model"', 'x'), cheap),
  ),
  make('no line break at the end', form(cheap).slice(0, -2)),
  make('a name beyond ASCII', form(part(model, 'mod\xc3\xa8le'))),
  make('a name with spaces around', form(part(model, ' cheap '))),
  make('quotes around the boundary', form(cheap), 'multipart/form-data; boundary="XyZ"'),
  make('a charset beside the boundary', form(cheap), 'multipart/form-data; charset=utf-8; boundary=XyZ'),
  make('a type in capitals', form(cheap), 'Multipart/Form-Data;Boundary=XyZ'),
  make(
    'a boundary of all its letters',
    form(cheap).replaceAll('XyZ', `=_a'()+,-./:?9`),
    `multipart/form-data; boundary="=_a'()+,-./:?9"`,
  ),
  make('a boundary of dashes', form(cheap).replaceAll('XyZ', '-----9'), 'multipart/form-data; boundary=-----9'),
  make(
    'a boundary of 70 letters',
    form(cheap).replaceAll('XyZ', 'x'.repeat(70)),
    `multipart/form-data; boundary=${'x'.repeat(70)}`,
  ),
  make('1,000 parts', form(...Array(999).fill(part('Content-Disposition: form-data; name="a"', 'x')), cheap)),
];

const types: readonly (readonly [name: string, type: string])[] = [
  ['no boundary', 'multipart/form-data'],
  ['an empty boundary', 'multipart/form-data; boundary='],
  ['an empty boundary in quotes', 'multipart/form-data; boundary=""'],
  ['two boundaries', 'multipart/form-data; boundary=XyZ; boundary=Other'],
  ['two boundaries in another case', 'multipart/form-data; Boundary=Other; boundary=XyZ'],
  ['a boundary in parts', 'multipart/form-data; boundary*0=Xy; boundary*1=Z'],
  ['an encoded boundary', "multipart/form-data; boundary*=utf-8''XyZ"],
  ['a boundary with a backslash', 'multipart/form-data; boundary="Xy\\Z"'],
  ['a boundary that is not closed', 'multipart/form-data; boundary="XyZ'],
  ['a space before the boundary', 'multipart/form-data; boundary= XyZ'],
  ['another parameter', 'multipart/form-data; boundary=XyZ; x=y'],
  ['a boundary in a text', 'multipart/form-data; x="; boundary=Other"; boundary=XyZ'],
  ['another kind of multipart', 'multipart/mixed; boundary=XyZ'],
  ['a related kind of multipart', 'multipart/related; boundary=XyZ'],
  ['a second type', 'multipart/form-data; boundary=XyZ, application/json'],
  ['a second type before', 'application/json, multipart/form-data; boundary=XyZ'],
  ['the type in a parameter', 'application/json; x="multipart/form-data; boundary=XyZ"'],
  ['the type of JSON', 'application/json'],
  ['another charset', 'multipart/form-data; charset=utf-16; boundary=XyZ'],
  ['another boundary', 'multipart/form-data; boundary=Other'],
];

const boundaries: readonly (readonly [name: string, boundary: string])[] = [
  ['a boundary of 71 letters', 'x'.repeat(71)],
  ['a boundary that ends in a space', 'XyZ '],
  ['a boundary with a space', 'X Z'],
  ['a boundary with a letter that it may not have', 'X{Z'],
  ['a boundary beyond ASCII', 'X\xe9Z'],
];

const delimiters: readonly (readonly [name: string, body: string])[] = [
  ['a line break before', `\r\n${form(cheap)}`],
  ['a text before', `preamble\r\n${form(cheap)}`],
  ['a part before the first', `${part(model, 'expensive')}\r\n${form(cheap)}`],
  ['a text after', `${form(cheap)}epilogue`],
  ['a second form after', form(cheap) + form(expensive)],
  ['a second form on its own line', `${form(cheap)}\r\n${form(expensive)}`],
  ['no end', form(cheap).slice(0, -8)],
  ['half an end', form(cheap).slice(0, -3)],
  ['nothing but the boundary', '--XyZ'],
  ['lines that end in LF', form(cheap).replaceAll('\r\n', '\n')],
  ['lines that end in CR', form(cheap).replaceAll('\r\n', '\r')],
  ['a delimiter after LF in a file', form(part(file, `x\n--XyZ\r\n${expensive}`), cheap)],
  ['a delimiter after CR in a file', form(part(file, `x\r--XyZ\r\n${expensive}`), cheap)],
  ['a delimiter after LF that ends in LF', form(part(file, `x\n--XyZ\n${expensive.replaceAll('\r', '')}\n`), cheap)],
  ['a delimiter in a line', form(part(file, 'x --XyZ y'), cheap)],
  ['spaces after a delimiter', form(part(file, 'x'), cheap).replace('x\r\n--XyZ', 'x\r\n--XyZ  ')],
  ['a tab after the first delimiter', form(cheap).replace('--XyZ', '--XyZ\t')],
  ['spaces before a delimiter', form(part(file, 'x'), cheap).replace('x\r\n--XyZ', 'x\r\n --XyZ')],
  ['two LF after a delimiter', form(cheap).replace('--XyZ\r\n', '--XyZ\n\n')],
  ['another boundary before', form(cheap).replace('--XyZ', '--xYz')],
  ['a longer boundary', form(part(file, `x\r\n--XyZ2\r\n${expensive}`), cheap)],
  ['an early end', `--XyZ\r\n${cheap}\r\n--XyZ--\r\n--XyZ\r\n${expensive}\r\n--XyZ--\r\n`],
  ['an end with more dashes', form(cheap).replace('--XyZ--', '--XyZ---')],
  ['a space before the end', form(cheap).replace('--XyZ--', '--XyZ --')],
  ['an end that ends in LF', `${form(cheap).slice(0, -2)}\n`],
  ['1,001 parts', form(...Array(1000).fill(part('Content-Disposition: form-data; name="a"', 'x')), cheap)],
  ['JSON', '{"model":"cheap"}'],
  ['JSON before', `{"model":"cheap"}\r\n${form(expensive)}`],
];

const heads: readonly (readonly [name: string, ...parts: string[]])[] = [
  ['two models', cheap, expensive],
  ['the same model twice', cheap, cheap],
  ['two models around a file', cheap, part(file, 'x'), expensive],
  ['Model beside the model', cheap, part('Content-Disposition: form-data; name="Model"', 'expensive')],
  ['MODEL instead of the model', part('Content-Disposition: form-data; name="MODEL"', 'expensive')],
  ['a name with a space', cheap, part('Content-Disposition: form-data; name=" model"', 'expensive')],
  ['a name of a list', cheap, part('Content-Disposition: form-data; name="model[]"', 'expensive')],
  ['a name of an object', part('Content-Disposition: form-data; name="model[id]"', 'expensive')],
  ['a name with a dot', part('Content-Disposition: form-data; name="model.id"', 'expensive')],
  ['a name in percents', cheap, part('Content-Disposition: form-data; name="%6dodel"', 'expensive')],
  ['a name with a backslash', cheap, part('Content-Disposition: form-data; name="mod\\el"', 'expensive')],
  ['a name with a quote', cheap, part('Content-Disposition: form-data; name="a\\"; name="model"', 'expensive')],
  ['a name without quotes', cheap, part('Content-Disposition: form-data; name=model', 'expensive')],
  ['a name in single quotes', cheap, part("Content-Disposition: form-data; name='model'", 'expensive')],
  ['a name beyond ASCII', cheap, part('Content-Disposition: form-data; name="mod\xffel"', 'expensive')],
  ['an encoded name', cheap, part("Content-Disposition: form-data; name*=utf-8''model", 'expensive')],
  [
    'an encoded name beside another',
    cheap,
    part(`Content-Disposition: form-data; name="a"; name*=utf-8''model`, 'expensive'),
  ],
  ['a name in parts', cheap, part('Content-Disposition: form-data; name*0="mod"; name*1="el"', 'expensive')],
  ['two names', part('Content-Disposition: form-data; name="model"; name="a"', 'expensive'), cheap],
  ['two names, the other first', part('Content-Disposition: form-data; name="a"; name="model"', 'expensive'), cheap],
  ['two names in another case', part('Content-Disposition: form-data; name="a"; NAME="model"', 'expensive'), cheap],
  ['no name', part('Content-Disposition: form-data', 'expensive'), cheap],
  [
    'a name after a file with a quote',
    part('Content-Disposition: form-data; filename="a\\"; name="model"; x="', 'expensive'),
    cheap,
  ],
  ['a model that is a file', part(`${model}; filename="a"`, 'cheap')],
  ['a model that is a file of an encoded name', part(`${model}; filename*=utf-8''a`, 'cheap')],
  ['a model that is an empty file', part(`${model}; filename=""`, 'cheap')],
  ['an unknown parameter', part(`${model}; size=5`, 'cheap')],
  ['another disposition', part('Content-Disposition: attachment; name="model"', 'cheap')],
  ['two dispositions', part([model, 'Content-Disposition: form-data; name="a"'], 'cheap')],
  ['two dispositions, the model second', part(['Content-Disposition: form-data; name="a"', model], 'expensive'), cheap],
  ['no disposition', part('Content-Type: text/plain', 'expensive'), cheap],
  ['no header', '\r\nexpensive', cheap],
  ['a header without an end', model, cheap],
  ['a folded header', part(['Content-Disposition: form-data;', ' name="model"'], 'expensive'), cheap],
  ['a folded header of another part', part([`${file};`, '\tname="model"'], 'expensive'), cheap],
  ['a space before the colon', part('Content-Disposition : form-data; name="model"', 'expensive'), cheap],
  ['a line that is no header', part([model, 'x'], 'cheap')],
  ['a line that ends in LF', part(`${model}\r\nX: y\nZ: w`, 'cheap')],
  ['a header that ends in LF LF', `${model}\n\nexpensive`, cheap],
  ['a line that ends in CR', part(`${model}\r\nX: y\rZ: w`, 'cheap')],
  ['a NUL in a header', part(`${model}\0`, 'cheap')],
  ['a header of 9 KB', part([model, `X: ${'y'.repeat(9000)}`], 'cheap')],
  ['a transfer encoding', part([model, 'Content-Transfer-Encoding: base64'], 'ZXhwZW5zaXZl')],
  ['a transfer encoding that changes nothing', part([model, 'Content-Transfer-Encoding: 8bit'], 'cheap')],
  ['the type of JSON', part([model, 'Content-Type: application/json'], '"expensive"')],
  ['the charset of UTF-16', part([model, 'Content-Type: text/plain; charset=utf-16'], 'cheap')],
  ['a field that sets the charset', part('Content-Disposition: form-data; name="_charset_"', 'utf-7'), cheap],
  ['a length that is too small', part([model, 'Content-Length: 5'], 'cheap-not')],
  ['a length that reaches into the next part', part([file, 'Content-Length: 999'], 'x'), cheap],
  ['a length in hexadecimal', part([model, 'Content-Length: 0x5'], 'cheap')],
  ['parts in a part', part([file, 'Content-Type: multipart/mixed; boundary=XyZ'], form(expensive)), cheap],
  ['an empty model', part(model, '')],
  ['a model of 257 bytes', part(model, 'a'.repeat(257))],
  ['a model with a line break', part(model, 'cheap\r\nexpensive')],
  ['a model that ends in a line break', part(model, 'cheap\r\n')],
  ['a model with a NUL', part(model, 'cheap\0')],
  ['a model with broken UTF-8', part(model, 'cheap\xff')],
];

export const refusedMultipart: readonly MultipartBody[] = [
  ...types.map(([name, type]) => make(name, form(cheap), type)),
  ...boundaries.map(([name, boundary]) =>
    make(name, form(cheap).replaceAll('XyZ', boundary), `multipart/form-data; boundary="${boundary}"`),
  ),
  ...delimiters.map(([name, body]) => make(name, body)),
  ...heads.map(([name, ...parts]) => make(name, form(...parts))),
];
