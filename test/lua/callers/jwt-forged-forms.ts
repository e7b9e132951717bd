import { claims, type Forgery, genuine, rsaHeader, signedByIssuer, signText } from './jwt-genuine.ts';
import { encodePart } from './jwt-sign.ts';

const token = genuine('RS256');
const [header = '', payload = '', signature = ''] = token.split('.');
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A text of at least `length` bytes that is the same JSON and whose base64url ends in bits that stand for nothing. */
function spaced(json: string, length = 0): string {
  let text = json;
  while (text.length < length || text.length % 3 === 0) text += ' ';
  return text;
}

/** The same bytes, but with the last bits set. */
function withStrayBits(part: string): string {
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1) ?? '') + 1];
}

/** Claims whose base64 has letters that base64url has not. */
function inBase64(): string {
  for (let pad = 0; ; pad++) {
    const text = Buffer.from(JSON.stringify({ pad: ' '.repeat(pad), jti: '???>>>', ...claims })).toString('base64');
    if (/[+/]/.test(text) && !text.endsWith('=')) return text;
  }
}

function padded(part: string): string {
  return part.padEnd(Math.ceil(part.length / 4) * 4, '=');
}

const shortHeader = encodePart(spaced(rsaHeader));
const shortPayload = encodePart(spaced(JSON.stringify(claims)));

/** The genuine key signed each of these as it stands, wherever something stands before the last dot. */
export const forgedForms: readonly Forgery[] = [
  ['nothing', '', 'malformed'],
  ['a word', 'token', 'malformed'],
  ['a dot', '.', 'malformed'],
  ['two dots', '..', 'malformed'],
  ['three dots', '...', 'malformed'],
  ['one part', header, 'malformed'],
  ['two parts', `${header}.${payload}`, 'malformed'],
  ['two parts and a signature', `${header}.${signature}`, 'malformed'],
  ['four parts', `${token}.${signature}`, 'malformed'],
  [
    'five parts, as a JWE has',
    `${encodePart({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.${payload}.AAAA.${payload}.AAAA`,
    'malformed',
  ],
  ['a dot after it', `${token}.`, 'malformed'],
  ['a dot before it', `.${token}`, 'malformed'],
  ['two dots between the parts', `${header}..${payload}.${signature}`, 'malformed'],
  ['an empty header', signText(`.${payload}`), 'malformed'],
  ['an empty payload', signText(`${header}.`), 'malformed'],
  ['a header of one letter', signText(`e.${payload}`), 'malformed'],
  [
    'a payload of one letter too many',
    signText(`${header}.${encodePart(`${JSON.stringify(claims)} `.padEnd(300))}A`),
    'malformed',
  ],
  ['padding after the header', signText(`${padded(shortHeader)}.${payload}`), 'malformed'],
  ['padding after the payload', signText(`${header}.${padded(shortPayload)}`), 'malformed'],
  ['padding after the signature', `${header}.${payload}.${padded(signature)}`, 'malformed'],
  ['padding after a header that needs none', signText(`${header}====.${payload}`), 'malformed'],
  ['stray bits at the end of the header', signText(`${withStrayBits(shortHeader)}.${payload}`), 'malformed'],
  ['stray bits at the end of the payload', signText(`${header}.${withStrayBits(shortPayload)}`), 'malformed'],
  ['stray bits at the end of the signature', `${header}.${payload}.${withStrayBits(signature)}`, 'malformed'],
  ['base64 instead of base64url', signText(`${header}.${inBase64()}`), 'malformed'],
  ['a space before it', ` ${token}`, 'malformed'],
  ['a space after it', `${token} `, 'malformed'],
  ['a line break after it', `${token}\n`, 'malformed'],
  ['a line break in the header', signText(`${header.slice(0, 8)}\n${header.slice(8)}.${payload}`), 'malformed'],
  ['a space in the payload', signText(`${header}.${payload.slice(0, 8)} ${payload.slice(8)}`), 'malformed'],
  ['a space in the signature', `${header}.${payload}.${signature.slice(0, 8)} ${signature.slice(8)}`, 'malformed'],
  ['a space beside the dot', signText(`${header} .${payload}`), 'malformed'],
  ['percent signs', `${token.slice(0, -1)}%41`, 'malformed'],
  ['the name of the scheme', `Bearer ${token}`, 'malformed'],
  ['a second token after a comma', `${token},${token}`, 'malformed'],
  ['quotes around it', `"${token}"`, 'malformed'],
  ['a NUL after it', `${token}\0`, 'malformed'],
  ['a NUL before it', `\0${token}`, 'malformed'],
  ['a NUL in the payload', signText(`${header}.${payload.slice(0, 8)}\0${payload.slice(8)}`), 'malformed'],
  ['a NUL and another end', `${token}\0.AAAA`, 'malformed'],
  ['bytes that are no text', Buffer.concat([Buffer.from(token), Buffer.from([0x80, 0xff])]), 'malformed'],
  ['letters of another script', token.replace('e', '\u0435'), 'malformed'],
  ['the JSON form of a JWS', JSON.stringify({ protected: header, payload, signature }), 'malformed'],
  [
    'a token that is valid but larger than allowed',
    signedByIssuer(rsaHeader, spaced(JSON.stringify(claims), 8000)),
    'too_large',
  ],
  ['a megabyte of signature', `${header}.${payload}.${'A'.repeat(1 << 20)}`, 'too_large'],
  ['a megabyte of payload', signText(`${header}.${'A'.repeat(1 << 20)}`), 'too_large'],
  ['a megabyte of dots', '.'.repeat(1 << 20), 'too_large'],
  ['more than somebody allows', token, 'too_large', { max_bytes: token.length - 1 }],
];

/** Forms that are unusual and right. */
export const rightForms: readonly [name: string, token: string, maxBytes?: number][] = [
  ['spaces in the JSON', signText(`${shortHeader}.${shortPayload}`)],
  ['as large as allowed', token, token.length],
  ['nearly as large as ever allowed', signedByIssuer(rsaHeader, spaced(JSON.stringify(claims), 5700))],
];
