import { createPrivateKey, ECDH, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates } from '../../helpers/certificates.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { startLuaGateway } from '../lua-gateway.ts';
import { type JwtGateway, startJwtGateway } from './jwt-gateway.ts';
import { ec, ecKoblitz, ecLarge, ed, rsa, rsaSmall } from './jwt-keys.ts';
import { luaValue } from './jwt-lua-value.ts';
import { asPem, fromPem, kindOf, notOurs, toDer, verifies } from './jwt-public-key.ts';
import { signBytesBy } from './jwt-sign.ts';

const zero = Buffer.alloc(1);
const pems = { rsa: asPem(toDer(rsa.publicKey)), ec: asPem(toDer(ec.publicKey)), ed: asPem(toDer(ed.publicKey)) };
const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
const point = toDer(ec.publicKey).subarray(-65);
const compressed = Buffer.concat([
  Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
  Buffer.from(ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'compressed') as Buffer),
]);

/** What stands before the modulus of an RSA key that takes as much room as two bytes of length can say. */
const largest = Buffer.from('3082ffff300d06092a864886f70d01010105000382ffec003082ffe70282ffe3', 'hex');

const refusedPems: [name: string, pem: string, reason: string][] = [
  ['nothing', '', 'is not PEM'],
  ['a word', 'key', 'is not PEM'],
  ['DER', toDer(ed.publicKey).toString('latin1'), 'is not PEM'],
  ['a PKCS#8 private key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'is a private key'],
  ['a PKCS#1 private key', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), 'is a private key'],
  ['an EC private key', ec.privateKey.export({ type: 'sec1', format: 'pem' }).toString(), 'is a private key'],
  [
    'a private key after a public one',
    pems.ec + ec.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'is a private key',
  ],
  [
    'a PKCS#1 public key',
    rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    'is neither a PUBLIC KEY nor a CERTIFICATE',
  ],
  ['two keys', pems.rsa + pems.ec, 'holds more than one PEM block'],
  ['another end', pems.rsa.replace('END PUBLIC KEY', 'END CERTIFICATE'), 'is broken PEM'],
  ['no end', pems.rsa.slice(0, -30), 'is broken PEM'],
  ['letters that are not base64', pems.rsa.replace('\n', '\n!'), 'is broken PEM'],
  ['an empty block', asPem(Buffer.alloc(0)), notOurs],
  ['a key cut short', asPem(toDer(rsa.publicKey).subarray(0, -1)), notOurs],
  ['a key cut in the middle', asPem(toDer(rsa.publicKey).subarray(0, 40)), notOurs],
  ['a key cut in its first length', asPem(toDer(rsa.publicKey).subarray(0, 3)), notOurs],
  ['a byte after the key', asPem(Buffer.concat([toDer(rsa.publicKey), zero])), notOurs],
  ['a byte after an Ed25519 key', asPem(Buffer.concat([toDer(ed.publicKey), zero])), notOurs],
  ['an Ed25519 key cut short', asPem(toDer(ed.publicKey).subarray(0, -1)), notOurs],
  ['RSA of half a megabit', asPem(Buffer.concat([largest, Buffer.alloc(0xffe3, 1)])), notOurs],
  ['P-384', asPem(toDer(ecLarge.publicKey)), notOurs],
  ['secp256k1', asPem(toDer(ecKoblitz.publicKey)), notOurs],
  ['X25519', asPem(toDer(generateKeyPairSync('x25519').publicKey)), notOurs],
  [
    'an RSA key for PSS alone',
    asPem(toDer(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)),
    notOurs,
  ],
  ['a curve of its own parameters', asPem(toDer(explicit.publicKey)), notOurs],
  ['a compressed point', asPem(compressed), notOurs],
  ['RSA of 1024 bits', asPem(toDer(rsaSmall.publicKey)), 'has less than 2048 bits'],
  [
    'a point beside the curve',
    asPem(Buffer.concat([toDer(ec.publicKey).subarray(0, -1), Buffer.from([1 ^ (point.at(-1) ?? 0)])])),
    'is refused by libcrypto',
  ],
  ['a key as a certificate', asPem(toDer(rsa.publicKey), 'CERTIFICATE'), notOurs],
  ['an empty certificate', asPem(Buffer.alloc(0), 'CERTIFICATE'), notOurs],
];

describe.each(nginxReleases)('keys of PEM on nginx %s', (release) => {
  let gateway: JwtGateway;

  beforeAll(async () => {
    gateway = await startJwtGateway(release, []);
  });
  afterAll(() => gateway?.stop());

  test.each([
    ['RS256', rsa, pems.rsa],
    ['PS256', rsa, pems.rsa],
    ['ES256', ec, pems.ec],
    ['EdDSA', ed, pems.ed],
  ] as const)('verify %s, whatever stands around them', async (algorithm, pair, pem) => {
    const around = `Subject: somebody\r\n${pem.replaceAll('\n', '\r\n')}\r\n`;
    for (const text of [pem, around, pem.trim()]) {
      expect(await verifies(gateway, { key: fromPem(text), algorithm, signer: pair.privateKey })).toBe('true false');
    }
  });

  test.each(refusedPems)('are not %s', async (_, pem, reason) => {
    expect(await kindOf(gateway, fromPem(pem))).toBe(reason);
  });

  test('the key of a certificate verifies', async () => {
    const { cert, key } = await withTemporaryFolder(async (folder) => {
      const { leaves } = await makeCertificates(folder, ['issuer.example']);
      return leaves['issuer.example'] ?? expect.fail('there is no certificate');
    });
    expect(await verifies(gateway, { key: fromPem(cert), algorithm: 'ES256', signer: createPrivateKey(key) })).toBe(
      'true false',
    );
  });

  test('read in the master verify in a worker', async () => {
    const signature = luaValue(signBytesBy('ES256', ec.privateKey, 'a text'));
    const server = await startLuaGateway({
      release,
      data: '{}',
      files: {
        'lua/init.lua': `require("openclaw.gateway").init({ capabilities = {} })
          key = assert(require("openclaw.callers.public_key").from_pem(${luaValue(pems.ec)}))`,
      },
      server: `location / {
        content_by_lua_block { ngx.print(require("openclaw.callers.public_key").verify(key, "ES256", "a text", ${signature})) }
      }`,
    });
    try {
      expect(await (await fetch(server.url)).text()).toBe('true');
    } finally {
      await server.stop();
    }
  });
});
