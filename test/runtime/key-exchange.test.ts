import { randomBytes } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

/** Numbers of groups in the registry "TLS Supported Groups" of IANA. */
const groups = {
  'P-256': 0x0017,
  'P-384': 0x0018,
  'P-521': 0x0019,
  X25519: 0x001d,
  X448: 0x001e,
  ffdhe2048: 0x0100,
  ffdhe8192: 0x0104,
  SecP256r1MLKEM768: 0x11eb,
  X25519MLKEM768: 0x11ec,
} as const;
type Group = keyof typeof groups;

let certificates: Certificates;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.test']));
});

async function start(release: (typeof nginxReleases)[number], profile: string, plain = false): Promise<Gateway> {
  const port = await freePort();
  const leaf = certificates.leaves['ai.test'];
  return startGateway({
    release,
    ...(plain && { target: 'plain' as const }),
    ports: [port],
    files: { 'ssl/ai.crt': leaf?.cert ?? '', 'ssl/ai.key': leaf?.key ?? '' },
    spec: `
version: 1
server:
  names: ai.test
  listen: { https: "127.0.0.1:${port}" }
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key, profile: ${profile} }
upstreams: { llm: ["127.0.0.1:1"] }
routes:
  - { path: /v1/, upstream: llm, auth: none }
`,
  });
}

function withLength(bytes: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(body.length, 0, bytes);
  return Buffer.concat([length, body]);
}

function numbers(...values: readonly number[]): Buffer {
  return Buffer.concat(values.map((value) => Buffer.from([value >> 8, value & 0xff])));
}

/** A ClientHello of TLS 1.3 (RFC 8446, 4.1.2) that knows these groups and brings no key, so that the server names its choice. */
function clientHello(offered: readonly Group[]): Buffer {
  const extension = (type: number, ...data: readonly Buffer[]) =>
    Buffer.concat([numbers(type), withLength(2, ...data)]);
  const hello = Buffer.concat([
    numbers(0x0303),
    randomBytes(32),
    withLength(1, randomBytes(32)),
    withLength(2, numbers(0x1301, 0x1302, 0x1303)),
    withLength(1, Buffer.from([0])),
    withLength(
      2,
      extension(0, withLength(2, Buffer.from([0]), withLength(2, Buffer.from('ai.test')))),
      extension(10, withLength(2, numbers(...offered.map((group) => groups[group])))),
      extension(13, withLength(2, numbers(0x0403, 0x0804, 0x0401))),
      extension(43, withLength(1, numbers(0x0304))),
      extension(51, withLength(2)),
    ),
  ]);
  return Buffer.concat([Buffer.from([22, 3, 1]), withLength(2, Buffer.from([1]), withLength(3, hello))]);
}

/** The group that the server wants a key for, by its HelloRetryRequest; `refused` when it ends with an alert. */
function chosenGroup(port: number, offered: readonly Group[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: '127.0.0.1', port }, () => socket.write(clientHello(offered)));
    let answer = Buffer.alloc(0);
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data]);
      if (answer.length < 5 || answer.length < 5 + answer.readUInt16BE(3)) return;
      socket.destroy();
      if (answer[0] === 21) return resolve('refused');
      // Record and handshake header, version, random, session, cipher and compression stand before the extensions.
      for (let at = 5 + 4 + 2 + 32 + 33 + 3 + 2; at < answer.length; at += 4 + answer.readUInt16BE(at + 2)) {
        if (answer.readUInt16BE(at) !== 51) continue;
        const number = answer.readUInt16BE(at + 4);
        return resolve(Object.entries(groups).find(([, known]) => known === number)?.[0] ?? String(number));
      }
      reject(new Error(`no group in ${answer.toString('hex')}`));
    });
    socket.on('error', reject);
    socket.on('close', () => resolve('closed'));
  });
}

/** A whole handshake of TLS 1.2 with a group, or with a cipher; the code of its failure. */
function handshake(port: number, options: { ecdhCurve?: string; ciphers?: string }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(
      { host: '127.0.0.1', port, servername: 'ai.test', ca: certificates.ca.cert, maxVersion: 'TLSv1.2', ...options },
      () => {
        const info = socket.getEphemeralKeyInfo() as { name?: string };
        resolve(info.name ?? 'none');
        socket.destroy();
      },
    );
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

const classical: readonly Group[] = ['X25519', 'P-256', 'P-384'];
const others: readonly Group[] = ['P-521', 'X448', 'ffdhe2048', 'ffdhe8192', 'SecP256r1MLKEM768'];

describe.each(nginxReleases)('exchange of keys on nginx %s', (release) => {
  const hasMlKem = release !== '1.22';
  const taken: readonly Group[] = [...(hasMlKem ? (['X25519MLKEM768'] as const) : []), ...classical];
  const refused: readonly Group[] = [...(hasMlKem ? [] : (['X25519MLKEM768'] as const)), ...others];

  describe.each(['modern', 'intermediate', 'old'])('profile %s', (profile) => {
    let gateway: Gateway;
    beforeAll(async () => {
      gateway = await start(release, profile);
    });
    afterAll(() => gateway?.stop());

    test('TLS 1.3 takes the groups of the profile and no other', async () => {
      for (const group of taken) expect(await chosenGroup(gateway.port, [group]), group).toBe(group);
      for (const group of refused) expect(await chosenGroup(gateway.port, [group]), group).toBe('refused');
    });

    test('costly groups lose against good ones, whatever the client prefers', async () => {
      expect(await chosenGroup(gateway.port, ['ffdhe8192', 'P-521', 'P-384'])).toBe('P-384');
      if (hasMlKem) expect(await chosenGroup(gateway.port, ['ffdhe8192', 'X25519MLKEM768'])).toBe('X25519MLKEM768');
    });

    if (profile === 'modern') return;

    test('TLS 1.2 takes the curves of the profile and no other', async () => {
      // P-256 is that of the certificate, which TLS 1.2 has among the groups too (RFC 8422, 5.1).
      expect(await handshake(gateway.port, { ecdhCurve: 'X25519:P-256' })).toBe('X25519');
      expect(await handshake(gateway.port, { ecdhCurve: 'P-256' })).toBe('prime256v1');
      expect(await handshake(gateway.port, { ecdhCurve: 'P-521:P-256' })).toBe('prime256v1');
    });

    test('TLS 1.2 has no exchange over finite fields', async () => {
      const ciphers = 'DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-SHA';
      expect(await handshake(gateway.port, { ciphers })).toMatch(/HANDSHAKE_FAILURE/);
    });
  });

  test('without knowing which OpenSSL there will be, the groups are those that each has', async () => {
    const gateway = await start(release, 'intermediate', true);
    try {
      for (const group of classical) expect(await chosenGroup(gateway.port, [group]), group).toBe(group);
      for (const group of others) expect(await chosenGroup(gateway.port, [group]), group).toBe('refused');
    } finally {
      await gateway.stop();
    }
  });
});
