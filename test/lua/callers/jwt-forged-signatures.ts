import { constants, createHash, type KeyObject, sign } from 'node:crypto';
import { claims, type Forgery, genuine, rsaHeader, signatureOf, withSignature } from './jwt-genuine.ts';
import {
  ec,
  ecKoblitz,
  ecLarge,
  ed,
  publicJwk,
  publicNumber,
  rsa,
  rsaSmall,
  secret,
  shortSecret,
  stranger,
} from './jwt-keys.ts';
import { type Algorithm, encodePart, signToken, type TokenOptions } from './jwt-sign.ts';

const tokens = {
  HS256: genuine('HS256'),
  RS256: genuine('RS256'),
  PS256: genuine('PS256'),
  ES256: genuine('ES256'),
  EdDSA: genuine('EdDSA'),
} as const;
const algorithms = Object.keys(tokens) as Algorithm[];

/** By this key, under the name of another. */
function claimed(algorithm: Algorithm, kid: string, key: TokenOptions['key']): string {
  return signToken({ algorithm, key, header: { kid }, claims });
}

/** As RS256 and PS256, but by another digest or another length of the salt. */
function signedOtherwise(algorithm: 'RS256' | 'PS256', digest: string, saltLength?: number): string {
  const signed = `${encodePart({ alg: algorithm, kid: 'rsa' })}.${encodePart(claims)}`;
  const padding = saltLength === undefined ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING;
  const key = { key: rsa.privateKey, padding, ...(saltLength === undefined ? {} : { saltLength }) };
  return `${signed}.${sign(digest, Buffer.from(signed), key).toString('base64url')}`;
}

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const secretsThatArePublic: [name: string, kid: string, secret: Uint8Array | string][] = [
  ['the PEM of the RSA key', 'rsa', pem(rsa.publicKey)],
  ['the PEM of the RSA key without its last line break', 'rsa', pem(rsa.publicKey).trimEnd()],
  ['the PKCS#1 PEM of the RSA key', 'rsa', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['the DER of the RSA key', 'rsa', rsa.publicKey.export({ type: 'spki', format: 'der' })],
  ['the modulus', 'rsa', publicNumber(rsa.publicKey, 'n')],
  ['the modulus in base64url', 'rsa', publicNumber(rsa.publicKey, 'n').toString('base64url')],
  ['the JWK', 'rsa', JSON.stringify(publicJwk(rsa))],
  ['nothing', 'rsa', ''],
  ['the PEM of the EC key', 'ec', pem(ec.publicKey)],
  ['the Ed25519 key', 'ed', publicNumber(ed.publicKey, 'x')],
];

/** The order of P-256 (SEC 2 section 2.4.2). */
const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const ecdsa = signatureOf(tokens.ES256);
const [r, s] = [ecdsa.subarray(0, 32), ecdsa.subarray(32)];
const zero = Buffer.alloc(32);
const one = Buffer.concat([Buffer.alloc(31), Buffer.from([1])]);
const ones = Buffer.alloc(32, 0xff);
const ecdsaForgeries: [name: string, signature: Buffer][] = [
  ['zeros', Buffer.concat([zero, zero])],
  ['r = 0', Buffer.concat([zero, s])],
  ['s = 0', Buffer.concat([r, zero])],
  ['r = n', Buffer.concat([order, s])],
  ['s = n', Buffer.concat([r, order])],
  ['r = s = n', Buffer.concat([order, order])],
  ['r = s = 1', Buffer.concat([one, one])],
  ['the highest r and s', Buffer.concat([ones, ones])],
  ['r and s swapped', Buffer.concat([s, r])],
  ['a zero before each number', Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s])],
  ['r alone', r],
];
const ecdsaInDer = sign('sha256', Buffer.from(tokens.ES256.slice(0, tokens.ES256.lastIndexOf('.'))), ec.privateKey);

/** The order of the group of Ed25519 (RFC 8032 section 5.1), which S must not reach. */
const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;
function withOrderAdded(signature: Buffer): Buffer {
  const half = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + groupOrder;
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(half.toString(16).padStart(64, '0'), 'hex').reverse()]);
}

/** Bleichenbacher's forgery of 2006: a cube that starts like PKCS#1 padding, for a verifier that reads no further. */
function cubeRootForgery(): string {
  const signed = `${encodePart({ alg: 'RS256', kid: 'rsa-of-three' })}.${encodePart(claims)}`;
  const digestInfo = `3031300d060960864801650304020105000420${createHash('sha256').update(signed).digest('hex')}`;
  const wanted = BigInt(`0x${`0001${'ff'.repeat(8)}00${digestInfo}`.padEnd(512, '0')}`);
  let [low, high] = [0n, 1n << 1024n];
  while (low < high) {
    const middle = (low + high) / 2n;
    if (middle ** 3n < wanted) low = middle + 1n;
    else high = middle;
  }
  return `${signed}.${Buffer.from(low.toString(16).padStart(512, '0'), 'hex').toString('base64url')}`;
}

const other = { ...claims, sub: 'somebody else' };

export const forgedSignatures: readonly Forgery[] = [
  ...algorithms.flatMap((algorithm): Forgery[] => {
    const token = tokens[algorithm];
    const bytes = signatureOf(token);
    return [
      [`${algorithm}: no signature`, withSignature(token, ''), 'bad_signature'],
      [
        `${algorithm}: the signature of another token`,
        withSignature(token, signatureOf(genuine(algorithm, { claims: other }))),
        'bad_signature',
      ],
      [`${algorithm}: a signature without its last byte`, withSignature(token, bytes.subarray(0, -1)), 'bad_signature'],
      [`${algorithm}: a signature without its first byte`, withSignature(token, bytes.subarray(1)), 'bad_signature'],
      [
        `${algorithm}: a zero after the signature`,
        withSignature(token, Buffer.concat([bytes, zero.subarray(31)])),
        'bad_signature',
      ],
      [
        `${algorithm}: a zero before the signature`,
        withSignature(token, Buffer.concat([zero.subarray(31), bytes])),
        'bad_signature',
      ],
      [`${algorithm}: the signature twice`, withSignature(token, Buffer.concat([bytes, bytes])), 'bad_signature'],
      [`${algorithm}: the first bit changed`, withSignature(token, changed(bytes, 0)), 'bad_signature'],
      [`${algorithm}: the last bit changed`, withSignature(token, changed(bytes, bytes.length - 1)), 'bad_signature'],
      [`${algorithm}: a signature of zeros`, withSignature(token, Buffer.alloc(bytes.length)), 'bad_signature'],
      [`${algorithm}: the highest signature`, withSignature(token, Buffer.alloc(bytes.length, 0xff)), 'bad_signature'],
    ];
  }),
  ...secretsThatArePublic.map(
    ([name, kid, value]): Forgery => [`HS256 with ${name} as the secret`, claimed('HS256', kid, value), 'key_mismatch'],
  ),
  ['HS256 with the secret of somebody else', claimed('HS256', 'oct', 'x'.repeat(32)), 'bad_signature'],
  ['HS256 with a secret of 31 bytes', claimed('HS256', 'oct-short', shortSecret), 'weak_key'],
  ['HS256 with an empty secret', claimed('HS256', 'oct-empty', ''), 'weak_key'],
  ['RS256 by a stranger', claimed('RS256', 'rsa', stranger.rsa.privateKey), 'bad_signature'],
  ['PS256 by a stranger', claimed('PS256', 'rsa', stranger.rsa.privateKey), 'bad_signature'],
  ['ES256 by a stranger', claimed('ES256', 'ec', stranger.ec.privateKey), 'bad_signature'],
  ['EdDSA by a stranger', claimed('EdDSA', 'ed', stranger.ed.privateKey), 'bad_signature'],
  ['RS256 by a key of 1024 bits in the set', claimed('RS256', 'rsa-small', rsaSmall.privateKey), 'unknown_key'],
  ['ES256 by a secp256k1 key in the set', claimed('ES256', 'ec-koblitz', ecKoblitz.privateKey), 'unknown_key'],
  ['ES256 by a P-384 key in the set', claimed('ES256', 'ec-large', ecLarge.privateKey), 'unknown_key'],
  ['RS256 by a key for encryption', claimed('RS256', 'rsa-for-encryption', rsa.privateKey), 'unknown_key'],
  ['RS256 by a key for wrapping', claimed('RS256', 'rsa-for-wrapping', rsa.privateKey), 'unknown_key'],
  ['RS256 by a key for RSA-OAEP', claimed('RS256', 'rsa-oaep', rsa.privateKey), 'unknown_key'],
  ['PS256 by a key for RS256', claimed('PS256', 'rsa-rs256-only', rsa.privateKey), 'key_mismatch'],
  ['RS256 by a key for PS256', claimed('RS256', 'rsa-ps256-only', rsa.privateKey), 'key_mismatch'],
  ['RS256 against an EC key', claimed('RS256', 'ec', rsa.privateKey), 'key_mismatch'],
  ['RS256 against a secret', claimed('RS256', 'oct', rsa.privateKey), 'key_mismatch'],
  ['ES256 against an RSA key', claimed('ES256', 'rsa', ec.privateKey), 'key_mismatch'],
  ['ES256 against an Ed25519 key', claimed('ES256', 'ed', ec.privateKey), 'key_mismatch'],
  ['EdDSA against an EC key', claimed('EdDSA', 'ec', ed.privateKey), 'key_mismatch'],
  ['EdDSA against a secret', claimed('EdDSA', 'oct', ed.privateKey), 'key_mismatch'],
  ['PS256 where RS256 is allowed', tokens.PS256, 'algorithm_not_allowed', { algorithms: ['RS256'] }],
  ['HS256 where RS256 is allowed', tokens.HS256, 'algorithm_not_allowed', { algorithms: ['RS256'] }],
  ['RS256 where nothing is allowed', tokens.RS256, 'algorithm_not_allowed', { algorithms: [] }],
  ['a PSS signature as RS256', withSignature(tokens.RS256, signatureOf(tokens.PS256)), 'bad_signature'],
  ['a PKCS#1 signature as PS256', withSignature(tokens.PS256, signatureOf(tokens.RS256)), 'bad_signature'],
  ['RS256 by SHA-1', signedOtherwise('RS256', 'sha1'), 'bad_signature'],
  ['RS256 by SHA-512', signedOtherwise('RS256', 'sha512'), 'bad_signature'],
  ['PS256 by SHA-512', signedOtherwise('PS256', 'sha512', 64), 'bad_signature'],
  ['PS256 without salt', signedOtherwise('PS256', 'sha256', 0), 'bad_signature'],
  ['PS256 with the longest salt', signedOtherwise('PS256', 'sha256', 222), 'bad_signature'],
  ['a cube root as RS256', cubeRootForgery(), 'bad_signature'],
  ...ecdsaForgeries.map(
    ([name, bytes]): Forgery => [`ES256: ${name}`, withSignature(tokens.ES256, bytes), 'bad_signature'],
  ),
  ['ES256: in DER', withSignature(tokens.ES256, ecdsaInDer), 'bad_signature'],
  ['EdDSA: S + L', withSignature(tokens.EdDSA, withOrderAdded(signatureOf(tokens.EdDSA))), 'bad_signature'],
  [
    'EdDSA: R the neutral point and S = 0',
    withSignature(tokens.EdDSA, Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])),
    'bad_signature',
  ],
  [
    'the header of another algorithm',
    `${encodePart(rsaHeader)}${tokens.PS256.slice(tokens.PS256.indexOf('.'))}`,
    'bad_signature',
  ],
  [
    'claims that were changed',
    `${tokens.RS256.split('.')[0]}.${encodePart(other)}.${tokens.RS256.split('.')[2]}`,
    'bad_signature',
  ],
  [
    'claims that expired, with a bad signature',
    withSignature(genuine('RS256', { claims: { ...claims, exp: 1 } }), 'AAAA'),
    'bad_signature',
  ],
  [
    'claims that are no JSON, with a bad signature',
    `${encodePart(rsaHeader)}.${encodePart('x')}.AAAA`,
    'bad_signature',
  ],
  ['HS256 of the genuine secret in base64url', claimed('HS256', 'oct', secret.toString('base64url')), 'bad_signature'],
];
