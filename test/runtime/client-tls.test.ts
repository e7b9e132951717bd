import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, type SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { request } from '../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

let upstream: MockModelServer;
let certificates: Certificates;
beforeAll(async () => {
  upstream = await startMockModelServer();
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.test']));
});
afterAll(() => upstream.close());

interface SecureGateway extends Gateway {
  readonly plainPort: number;
}

async function startSecureGateway(release: (typeof nginxReleases)[number], server: string): Promise<SecureGateway> {
  const [port, plainPort] = [await freePort(), await freePort()];
  const leaf = certificates.leaves['ai.test'];
  const gateway = await startGateway({
    release,
    ports: [port, plainPort],
    files: { 'ssl/ai.crt': leaf?.cert ?? '', 'ssl/ai.key': leaf?.key ?? '' },
    spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${plainPort}", https: "127.0.0.1:${port}" }
${server}
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
routes:
  - { path: /v1/, upstream: llm, auth: none }
  - { path: /headers/, upstream: llm, auth: none, response_headers: { X-Route: headers } }
`,
  });
  return { ...gateway, plainPort };
}

/** The protocol that a client which offers only `version` ends up with, or the code of its failure. */
function handshake(
  port: number,
  options: { version: SecureVersion; servername?: string; ciphers?: string },
): Promise<string> {
  const { version, servername = 'ai.test', ciphers = 'DEFAULT@SECLEVEL=0' } = options;
  return new Promise((resolve) => {
    const socket = connect(
      {
        host: '127.0.0.1',
        port,
        servername,
        minVersion: version,
        maxVersion: version,
        ciphers,
        ca: certificates.ca.cert,
      },
      () => {
        resolve(socket.getProtocol() ?? 'none');
        socket.destroy();
      },
    );
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe.each(nginxReleases)('nginx %s', (release) => {
  describe('with names, a redirect and HSTS', () => {
    let gateway: SecureGateway;
    beforeAll(async () => {
      gateway = await startSecureGateway(
        release,
        `  names: [ai.test, "*.ai.test"]
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key, hsts: 1y }`,
      );
    });
    afterAll(() => gateway?.stop());

    const tls = () => ({ ca: certificates.ca.cert, servername: 'ai.test' });

    test.each(['/v1/x?a=1&b=%20', '/', '/v1/%2e%2e/%C3%A4', '/no/route', '/openclaw/health'])(
      'http %s is redirected to https, as it is',
      async (path) => {
        for (const method of ['GET', 'POST']) {
          const response = await request({ port: gateway.plainPort, path, method, headers: { Host: 'ai.test' } });
          expect(response.status).toBe(301);
          expect(response.headers.location).toBe(`https://ai.test:${gateway.port}${path}`);
        }
      },
    );

    test('https answers, on HTTP/1.1 and HTTP/2', async () => {
      for (const http2 of [false, true]) {
        const response = await gateway.send({ path: '/v1/x', tls: tls(), http2 });
        expect(response.status).toBe(200);
        expect(response.httpVersion).toBe(http2 ? '2.0' : '1.1');
        expect(response.tlsProtocol).toBe('TLSv1.3');
        expect(response.json().headers).toMatchObject({ host: 'ai.test', 'x-forwarded-proto': 'https' });
      }
    });

    test('HTTP/2 carries bodies both ways, with and without a length', async () => {
      const body = 'x'.repeat(300_000);
      for (const headers of [{}, { 'content-length': String(body.length) }]) {
        const before = upstream.requests.length;
        const response = await gateway.send({
          path: '/v1/embeddings',
          method: 'POST',
          tls: tls(),
          http2: true,
          body,
          headers: { ...headers, 'x-mock-body-bytes': '200000' },
        });
        expect(response.body.length).toBe(200_000);
        expect(upstream.requests[before]?.body.toString()).toBe(body);
      }
    });

    test('every answer of https asks for https', async () => {
      for (const path of ['/v1/x', '/headers/x', '/no/route', '/openclaw/health']) {
        const { headers } = await gateway.send({ path, tls: tls() });
        expect(headers['strict-transport-security']).toBe('max-age=31536000');
      }
    });

    test.each(['evil.test', '127.0.0.1', 'ai.test.evil.test', 'xai.test', '_'])(
      'http for the host `%s` gets no answer',
      async (host) => {
        const answer = await sendBytes({
          port: gateway.plainPort,
          bytes: `GET /v1/x HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        });
        expect(answer).toBe('');
      },
    );

    test('http without a host gets no answer', async () => {
      expect(await sendBytes({ port: gateway.plainPort, bytes: 'GET /v1/x HTTP/1.0\r\n\r\n' })).toBe('');
    });

    test.each(['ai.test', 'AI.test', 'eu.ai.test'])('http for the host `%s` gets one', async (host) => {
      const response = await request({ port: gateway.plainPort, path: '/v1/x', headers: { Host: host } });
      expect(response.status).toBe(301);
    });

    test.each(['evil.test', 'ai.test.evil.test', ''])('a handshake for `%s` is refused', async (servername) => {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
        expect(await handshake(gateway.port, { version, servername })).toBe('ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
    });

    test('a handshake for a name below the wildcard is not', async () => {
      const { status } = await gateway.send({
        path: '/v1/x',
        tls: { servername: 'eu.ai.test', rejectUnauthorized: false },
      });
      expect(status).toBe(200);
    });

    test('a foreign host on a good connection is told to go elsewhere', async () => {
      const before = upstream.requests.length;
      for (const http2 of [false, true]) {
        const { status } = await gateway.send({ path: '/v1/x', tls: tls(), http2, headers: { Host: 'evil.test' } });
        expect(status).toBe(421);
      }
      expect(upstream.requests.length).toBe(before);
    });

    test.each<[version: SecureVersion, want: string]>([
      ['TLSv1.1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
      ['TLSv1.2', 'TLSv1.2'],
      ['TLSv1.3', 'TLSv1.3'],
    ])('the intermediate profile answers %s with %s', async (version, want) => {
      expect(await handshake(gateway.port, { version })).toBe(want);
    });

    test('the intermediate profile has no CBC ciphers', async () => {
      const ciphers = 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA';
      expect(await handshake(gateway.port, { version: 'TLSv1.2', ciphers })).toMatch(/HANDSHAKE_FAILURE/);
    });

    test('a client may not open more than 64 streams at once', async () => {
      const session = connectHttp2(`https://127.0.0.1:${gateway.port}`, tls());
      try {
        const settings = await remoteSettings(session);
        expect(settings.maxConcurrentStreams).toBe(64);
      } finally {
        session.close();
      }
    });

    test('plain HTTP on the https port is refused', async () => {
      const answer = await sendBytes({ port: gateway.port, bytes: 'GET / HTTP/1.1\r\nHost: ai.test\r\n\r\n' });
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    });
  });

  describe('modern, with 308 and without names', () => {
    let gateway: SecureGateway;
    beforeAll(async () => {
      gateway = await startSecureGateway(
        release,
        `  redirect: 308
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key, profile: modern }`,
      );
    });
    afterAll(() => gateway?.stop());

    test.each<[version: SecureVersion, want: string]>([
      ['TLSv1.1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
      ['TLSv1.2', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
      ['TLSv1.3', 'TLSv1.3'],
    ])('answers %s with %s', async (version, want) => {
      expect(await handshake(gateway.port, { version })).toBe(want);
    });

    test('redirects to the host that the client asked for', async () => {
      for (const host of ['ai.test', 'other.test', `other.test:${gateway.plainPort}`]) {
        const path = '/v1/x?a=%2F';
        const response = await request({ port: gateway.plainPort, path, method: 'POST', headers: { Host: host } });
        expect(response.status).toBe(308);
        expect(response.headers.location).toBe(`https://${host.replace(/:.*/, '')}:${gateway.port}${path}`);
      }
    });

    test('serves every name, and says nothing of HSTS', async () => {
      for (const servername of ['ai.test', 'other.test']) {
        const response = await gateway.send({ path: '/v1/x', tls: { servername, rejectUnauthorized: false } });
        expect(response.status).toBe(200);
        expect(response.headers['strict-transport-security']).toBeUndefined();
      }
    });
  });

  describe('old, beside plain http', () => {
    let gateway: SecureGateway;
    beforeAll(async () => {
      gateway = await startSecureGateway(
        release,
        `  names: ai.test
  redirect: false
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key, profile: old, hsts: 30d }`,
      );
    });
    afterAll(() => gateway?.stop());

    test.each<SecureVersion>(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])('accepts %s', async (version) => {
      expect(await handshake(gateway.port, { version })).toBe(version);
    });

    test('serves http and https alike', async () => {
      const plain = await request({ port: gateway.plainPort, path: '/v1/x', headers: { Host: 'ai.test' } });
      expect(plain.json().headers['x-forwarded-proto']).toBe('http');
      expect(plain.headers['strict-transport-security']).toBeUndefined();
      const secure = await gateway.send({ path: '/v1/x', tls: { ca: certificates.ca.cert, servername: 'ai.test' } });
      expect(secure.json().headers['x-forwarded-proto']).toBe('https');
      expect(secure.headers['strict-transport-security']).toBe('max-age=2592000');
    });
  });
});

test.each(nginxReleases)('nginx %s: `http2: false` speaks HTTP/1.1 only', async (release) => {
  const port = await freePort();
  const leaf = certificates.leaves['ai.test'];
  const gateway = await startGateway({
    release,
    ports: [port],
    files: { 'ssl/ai.crt': leaf?.cert ?? '', 'ssl/ai.key': leaf?.key ?? '' },
    spec: `
version: 1
server:
  listen: { https: "127.0.0.1:${port}", http2: false }
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key }
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
routes: [{ path: /, upstream: llm, auth: none }]
`,
  });
  try {
    const agreed = await new Promise((resolve, reject) => {
      const socket = connect(
        { host: '127.0.0.1', port, ALPNProtocols: ['h2', 'http/1.1'], rejectUnauthorized: false },
        () => {
          resolve(socket.alpnProtocol);
          socket.destroy();
        },
      );
      socket.once('error', reject);
    });
    expect(agreed).toBe('http/1.1');
  } finally {
    await gateway.stop();
  }
});

function remoteSettings(session: ClientHttp2Session): Promise<{ maxConcurrentStreams?: number }> {
  return new Promise((resolve, reject) => {
    session.once('remoteSettings', resolve);
    session.once('error', reject);
  });
}
