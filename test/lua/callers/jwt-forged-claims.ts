import { claims, type Forgery, genuine, now, rsaHeader, signedByIssuer } from './jwt-genuine.ts';

/** Everything here was signed by the genuine key: only what it says is wrong. */
function saying(changes: Readonly<Record<string, unknown>>): string {
  return genuine('RS256', { claims: { ...claims, ...changes } });
}

const { exp: _exp, ...restOfClaims } = claims;
const rest = JSON.stringify(restOfClaims).slice(1, -1);
const whole = JSON.stringify(claims);

function writing(payload: string | Uint8Array): string {
  return signedByIssuer(rsaHeader, payload);
}

function each(name: string, values: readonly unknown[], reason: string): Forgery[] {
  return values.map((value) => [`${name} ${JSON.stringify(value) ?? 'missing'}`, saying({ [name]: value }), reason]);
}

export const forgedClaims: readonly Forgery[] = [
  ...each('exp', [undefined], 'missing_claim'),
  ...each('exp', [now - 30, now - 31, 0, -1, -1e300, 1.5], 'expired'),
  ...each('exp', [`${now + 300}`, null, true, [now + 300], { value: now + 300 }, ''], 'malformed'),
  ['exp 1e400', writing(`{${rest},"exp":1e400}`), 'malformed'],
  ['exp Infinity', writing(`{${rest},"exp":Infinity}`), 'malformed'],
  ['exp NaN', writing(`{${rest},"exp":NaN}`), 'malformed'],
  ['exp in hexadecimal', writing(`{${rest},"exp":0x7fffffff}`), 'malformed'],
  ['exp with a leading zero', writing(`{${rest},"exp":0${now + 300}}`), 'malformed'],
  ['exp twice', writing(`{${rest},"exp":1,"exp":${now + 300}}`), 'malformed'],
  ['exp twice, once in escapes', writing(`{${rest},"exp":1,"e\\u0078p":${now + 300}}`), 'malformed'],
  ['exp in capitals', writing(`{${rest},"EXP":${now + 300}}`), 'missing_claim'],
  ['exp in an inner object', writing(`{${rest},"a":{"exp":${now + 300}}}`), 'missing_claim'],
  ...each('nbf', [now + 31, now + 1e6, 1e300], 'not_yet_valid'),
  ...each('nbf', [`${now}`, null, false, []], 'malformed'),
  ...each('iat', [now + 31, now + 1e6, 1e300], 'issued_in_future'),
  ...each('iat', [`${now}`, null, true, {}], 'malformed'),
  ...each(
    'iss',
    [
      ...[undefined, null, '', 1, 'https://issuer.example/', 'https://issuer.exampl', 'HTTPS://ISSUER.EXAMPLE'],
      ...['http://issuer.example', 'https://issuer.example.attacker.example', ' https://issuer.example'],
      ...['https://issuer.example\0', ['https://issuer.example'], { 'https://issuer.example': true }],
    ],
    'wrong_issuer',
  ),
  ...each(
    'aud',
    [
      ...[undefined, null, '', 1, true, 'gatewa', 'gateways', 'GATEWAY', 'gateway ', 'gateway other', 'other,gateway'],
      ...[[], ['other'], [['gateway']], [null], [1], { gateway: true }, { 1: 'gateway' }, {}, ['gatewa', 'y']],
    ],
    'wrong_audience',
  ),
  ['claims that are an array', writing(`[${whole}]`), 'malformed'],
  ['claims that are a string', writing(JSON.stringify(whole)), 'malformed'],
  ['claims that are a number', writing('1'), 'malformed'],
  ['claims that are null', writing('null'), 'malformed'],
  ['claims that are an empty object', writing('{}'), 'missing_claim'],
  ['claims that are another token', writing(genuine('RS256')), 'malformed'],
  ['claims and more', writing(`${whole}{"sub":"root"}`), 'malformed'],
  ['claims and a NUL', writing(`${whole}\0`), 'malformed'],
  ['claims after a byte order mark', writing(`\ufeff${whole}`), 'malformed'],
  ['claims with a comment', writing(`{/**/${whole.slice(1)}`), 'malformed'],
  ['claims cut short', writing(whole.slice(0, -1)), 'malformed'],
  ['claims in single quotes', writing(whole.replaceAll('"', "'")), 'malformed'],
  ['claims in Latin 1', writing(Buffer.from(`{${rest},"exp":${now + 300},"name":"José"}`, 'latin1')), 'malformed'],
  ['claims in UTF-16', writing(Buffer.from(whole, 'utf16le')), 'malformed'],
  [
    'claims with an overlong byte',
    writing(Buffer.concat([Buffer.from(`{${rest},"x":"`), Buffer.from([0xc0, 0xae]), Buffer.from('"}')])),
    'malformed',
  ],
  ['claims with a raw NUL in a string', writing(`{${rest},"exp":${now + 300},"x":"a\0b"}`), 'malformed'],
  ['claims with a raw line break in a string', writing(`{${rest},"exp":${now + 300},"x":"a\nb"}`), 'malformed'],
  ['claims with a lone surrogate', writing(`{${rest},"exp":${now + 300},"x":"\\udc00"}`), 'malformed'],
  ['claims with a number out of range', writing(`{${rest},"exp":${now + 300},"x":-1e999}`), 'malformed'],
  [
    'claims that nest 17 levels',
    writing(`{${rest},"exp":${now + 300},"x":${'['.repeat(16)}${']'.repeat(16)}}`),
    'malformed',
  ],
  ['claims that only open', writing(`{"x":${'['.repeat(5000)}`), 'malformed'],
];
