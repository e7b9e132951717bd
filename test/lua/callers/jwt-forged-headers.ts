import { claims, type Forgery, genuine, signedByIssuer } from './jwt-genuine.ts';
import { publicJwk, rsa, secret, stranger } from './jwt-keys.ts';
import { encodePart, signToken } from './jwt-sign.ts';

const payload = JSON.stringify(claims);
const signature = genuine('RS256').split('.')[2] ?? '';

/** A header that nobody signed: it has to be refused before any key is looked for. */
function unsigned(header: object | string, last = ''): string {
  return `${encodePart(header)}.${encodePart(claims)}.${last}`;
}

/** A header that the owner of the genuine key did sign. */
function signed(header: object): string {
  return genuine('RS256', { header });
}

function byStranger(header: Readonly<Record<string, unknown>>): string {
  return signToken({ algorithm: 'RS256', key: stranger.rsa.privateKey, header, claims });
}

/** As if the key were read from where the `kid` points to, and nothing were there. */
function byNothing(kid: string): string {
  return signToken({ algorithm: 'HS256', key: '', header: { kid }, claims });
}

const url = 'https://attacker.example/keys';
const strangersKey = publicJwk(stranger.rsa, { kid: 'rsa' });
const strangersChain = [stranger.rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')];

const injections: [name: string, kid: string][] = [
  ['a path', '../../../../../../dev/null'],
  ['a path in the prefix', 'jwks.json'],
  ['SQL', "x' UNION SELECT 'secret' -- "],
  ['a shell', '$(id); `id` | id'],
  ['a URL', url],
  ['a NUL', '\0'],
  ['a NUL after a name of ours', 'rsa\0'],
  ['white space after a name of ours', 'rsa '],
  ['a name of ours in capitals', 'RSA'],
  ['nothing', ''],
  ['a metamethod of Lua', '__index'],
  ['a field of every object elsewhere', '__proto__'],
  ['five thousand letters', 'k'.repeat(5000)],
];

export const forgedHeaders: readonly Forgery[] = [
  ...['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\0', 'n\u043ene', ''].flatMap((alg): Forgery[] => [
    [`alg ${JSON.stringify(alg)} without a signature`, unsigned({ alg, kid: 'rsa' }), 'algorithm_not_allowed'],
    [`alg ${JSON.stringify(alg)} with a signature`, unsigned({ alg, kid: 'rsa' }, signature), 'algorithm_not_allowed'],
  ]),
  ['alg none where somebody allowed it', unsigned({ alg: 'none' }), 'algorithm_not_allowed', { algorithms: ['none'] }],
  ...['HS384', 'HS512', 'RS384', 'RS512', 'ES384', 'ES512', 'ES256K', 'HS1', 'dir', 'rs256', 'RS256 ', 'RS256\0'].map(
    (alg): Forgery => [`alg ${JSON.stringify(alg)}`, unsigned({ alg, kid: 'rsa' }, signature), 'algorithm_not_allowed'],
  ),
  [
    'alg RS512 where somebody allowed it',
    unsigned({ alg: 'RS512', kid: 'rsa' }),
    'algorithm_not_allowed',
    { algorithms: ['RS512'] },
  ],
  ['no alg', unsigned({ kid: 'rsa' }, signature), 'malformed'],
  ['alg null', unsigned({ alg: null, kid: 'rsa' }, signature), 'malformed'],
  ['alg as a number', unsigned({ alg: 256, kid: 'rsa' }, signature), 'malformed'],
  ['alg as an array', unsigned({ alg: ['RS256'], kid: 'rsa' }, signature), 'malformed'],
  ['alg as an object', unsigned({ alg: { RS256: true }, kid: 'rsa' }, signature), 'malformed'],
  ['alg in capitals', unsigned({ ALG: 'RS256', kid: 'rsa' }, signature), 'malformed'],
  ['alg twice', signedByIssuer('{"alg":"RS256","kid":"rsa","alg":"RS256"}', payload), 'malformed'],
  [
    'alg twice, once in escapes',
    signedByIssuer('{"\\u0061lg":"none","kid":"rsa","alg":"RS256"}', payload),
    'malformed',
  ],
  ['kid twice', signedByIssuer('{"alg":"RS256","kid":"oct","kid":"rsa"}', payload), 'malformed'],
  ['kid as a number', signed({ kid: 1 }), 'malformed'],
  ['kid as an object', signed({ kid: { rsa: true } }), 'malformed'],
  ['kid as an array', signed({ kid: ['rsa'] }), 'malformed'],
  ['kid as true', signed({ kid: true }), 'malformed'],
  ['kid null', signed({ kid: null }), 'malformed', { key: 'rsa' }],
  ['no kid', signed({ kid: undefined }), 'unknown_key'],
  ...injections.map(([name, kid]): Forgery => [`kid: ${name}`, byNothing(kid), 'unknown_key']),
  ['crit', signed({ crit: ['exp'] }), 'critical_header'],
  ['an empty crit', signed({ crit: [] }), 'critical_header'],
  ['crit null', signed({ crit: null }), 'critical_header'],
  ['an unknown crit', signed({ crit: ['https://a.example/x'], 'https://a.example/x': 1 }), 'critical_header'],
  ['b64 false with crit', signed({ crit: ['b64'], b64: false }), 'critical_header'],
  ['b64 false without crit', signed({ b64: false }), 'critical_header'],
  ['b64 true', signed({ b64: true }), 'critical_header'],
  ['jwk of a stranger under our name', byStranger({ kid: 'rsa', jwk: strangersKey }), 'bad_signature'],
  ['jwk of a stranger', byStranger({ jwk: strangersKey }), 'unknown_key'],
  ['jwk of a stranger under his name', byStranger({ kid: 'stranger', jwk: strangersKey }), 'unknown_key'],
  [
    'jwk as a secret',
    signToken({
      algorithm: 'HS256',
      key: 'x'.repeat(32),
      header: { kid: 'oct', jwk: { kty: 'oct', k: encodePart('x'.repeat(32)) } },
      claims,
    }),
    'bad_signature',
  ],
  ['jku of a stranger', byStranger({ kid: 'rsa', jku: url }), 'bad_signature'],
  ['jku of a stranger under his name', byStranger({ kid: 'stranger', jku: url }), 'unknown_key'],
  ['x5u of a stranger', byStranger({ kid: 'rsa', x5u: url }), 'bad_signature'],
  ['x5c of a stranger', byStranger({ kid: 'rsa', x5c: strangersChain }), 'bad_signature'],
  ['x5c of a stranger without kid', byStranger({ x5c: strangersChain }), 'unknown_key'],
  ...['JWE', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'JWT ', 'text/jwt', '', 1, null, ['JWT'], true].map(
    (typ): Forgery => [`typ ${JSON.stringify(typ)}`, signed({ typ }), 'wrong_type'],
  ),
  ['a header that is an array', signedByIssuer('["RS256"]', payload), 'malformed'],
  ['a header that is a string', signedByIssuer('"RS256"', payload), 'malformed'],
  ['a header that is null', signedByIssuer('null', payload), 'malformed'],
  ['an empty object as the header', signedByIssuer('{}', payload), 'malformed'],
  ['a header and more', signedByIssuer('{"alg":"RS256","kid":"rsa"}{}', payload), 'malformed'],
  ['a header with a byte order mark', signedByIssuer('\ufeff{"alg":"RS256","kid":"rsa"}', payload), 'malformed'],
  ['a header with a NUL after it', signedByIssuer('{"alg":"RS256","kid":"rsa"}\0', payload), 'malformed'],
  [
    'a header in Latin 1',
    signedByIssuer(Buffer.from('{"alg":"RS256","kid":"rsa","x":"é"}', 'latin1'), payload),
    'malformed',
  ],
  ['a header in UTF-16', signedByIssuer(Buffer.from('{"alg":"RS256","kid":"rsa"}', 'utf16le'), payload), 'malformed'],
  ['a header with a lone surrogate', signedByIssuer('{"alg":"RS256","kid":"rsa","x":"\\ud800"}', payload), 'malformed'],
  [
    'a header that nests deeply',
    signedByIssuer(`{"alg":"RS256","kid":"rsa","x":${'['.repeat(16)}${']'.repeat(16)}}`, payload),
    'malformed',
  ],
  ['a header that only opens', unsigned(`{"alg":"RS256","x":${'['.repeat(4000)}`, signature), 'malformed'],
  [
    'the header of a JWE',
    unsigned({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'rsa' }, signature),
    'algorithm_not_allowed',
  ],
];

/** Headers that mislead nobody: what they point to is not followed. */
export const harmlessHeaders: readonly [name: string, token: string][] = [
  ['jwk of a stranger', signed({ jwk: strangersKey })],
  ['jku', signed({ jku: url })],
  ['x5u', signed({ x5u: url })],
  ['x5c of a stranger', signed({ x5c: strangersChain })],
  ['its own jwk', signed({ jwk: publicJwk(rsa) })],
  ['a member of which nobody knows', signed({ 'https://a.example/x': { secret: secret.length } })],
];
