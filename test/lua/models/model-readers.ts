import { type Leniency, type Member, readMembers } from './model-json-parser.ts';

/** What a server would take for the model: undefined when it refuses the body, and the model undefined when it finds none. */
export type Reading = { readonly model: string | undefined } | undefined;

type Choose = (members: readonly Member[]) => Member | undefined;

const first: Choose = (members) => members.find(({ name }) => name === 'model');
const last: Choose = (members) => members.findLast(({ name }) => name === 'model');
/** encoding/json of Go: case folding knows two letters beyond ASCII that are folded to ASCII. */
const lastInAnyCase: Choose = (members) =>
  members.findLast(({ name }) => name.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase() === 'model');
/** What keeps strings as C does. */
const lastUpToZero: Choose = (members) => members.findLast(({ name }) => name.split('\0')[0] === 'model');

const tolerant: Leniency = {
  ...{ strings: true, comments: true, trailingCommas: true, quotes: true, numbers: true, space: true, rest: true },
};

function read(text: string, choose: Choose, leniency: Leniency = {}): Reading {
  const members = readMembers(text, leniency);
  if (members === undefined) return undefined;
  const value = choose(members)?.value;
  return { model: value && ('text' in value ? value.text : `not text: ${value.source}`) };
}

/** `json.loads` of Python: UTF-16 and UTF-32 are told by their zero bytes. */
function decodeLikePython(body: Buffer): string {
  const zeros = [...body.subarray(0, 4)].map((byte) => (byte === 0 ? '0' : 'x')).join('');
  if (zeros === 'x000' || zeros === '000x') return decodeUtf32(body, zeros === 'x000');
  if (zeros.startsWith('x0') || body.subarray(0, 2).equals(Buffer.of(0xff, 0xfe))) return body.toString('utf16le');
  if (zeros.startsWith('0x') || body.subarray(0, 2).equals(Buffer.of(0xfe, 0xff))) {
    return Buffer.from(body.subarray(0, body.length & ~1))
      .swap16()
      .toString('utf16le');
  }
  return new TextDecoder('utf-8', { ignoreBOM: false }).decode(body);
}

function decodeUtf32(body: Buffer, isLittle: boolean): string {
  let text = '';
  for (let at = 0; at + 4 <= body.length; at += 4) {
    const code = isLittle ? body.readUInt32LE(at) : body.readUInt32BE(at);
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}

const sequence =
  /[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/g;

/** `decode("utf-8", "ignore")` of Python. */
function withoutInvalidBytes(body: Buffer): string {
  const kept = body.toString('latin1').match(sequence) ?? [];
  return Buffer.from(kept.join(''), 'latin1').toString('utf8');
}

function parseInNode(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function readingOf(model: unknown): Reading {
  return { model: model === undefined || typeof model === 'string' ? model : `not text: ${JSON.stringify(model)}` };
}

export const readers: Readonly<Record<string, (body: Buffer) => Reading>> = {
  'JSON.parse': (body) => {
    const value = parseInNode(body);
    return value && readingOf(Object.hasOwn(value, 'model') ? value.model : undefined);
  },
  'Object.assign': (body) => {
    const value = parseInNode(body);
    const own = Object.fromEntries(Object.entries(JSON.parse(value ? body.toString('utf8') : '{}')));
    return value && readingOf(Object.assign({}, own).model);
  },
  'first wins': (body) => read(body.toString('utf8'), first),
  'last wins': (body) => read(body.toString('utf8'), last),
  Go: (body) => read(body.toString('utf8'), lastInAnyCase),
  'Go, the first of several documents': (body) => read(body.toString('utf8'), lastInAnyCase, { rest: true }),
  Python: (body) => read(decodeLikePython(body), last, { numbers: true }),
  'strings of C': (body) => read(body.toString('utf8').split('\0')[0] ?? '', lastUpToZero, { rest: true }),
  'no invalid bytes': (body) => read(withoutInvalidBytes(body), last),
  'tolerant, first wins': (body) => read(body.toString('utf8'), first, tolerant),
  'tolerant, last wins': (body) => read(body.toString('utf8'), lastInAnyCase, tolerant),
};

/** The bytes that name the model in a body, quotes included, as the last one at the top level. */
export function locateModel(body: Buffer): { readonly start: number; readonly stop: number } | undefined {
  const members = readMembers(body.toString('latin1'), { strings: true });
  return members?.findLast(({ name }) => name === 'model');
}
