import { readFile, stat } from 'node:fs/promises';
import { request as openRequest } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '../../src/diff/common/change.ts';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type Response, request } from '../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { type DnsServer, startDnsServer } from '../lua/net/dns-server.ts';
import { rebuild } from './rebuild.ts';

let certificates: Certificates;
let llm: MockModelServer;
let secure: MockModelServer;
let dns: Record<'before' | 'after', DnsServer>;

beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['a.test', 'b.test', 'model.test']));
  const { cert = '', key = '' } = certificates.leaves['model.test'] ?? {};
  llm = await startMockModelServer();
  secure = await startMockModelServer({ tls: { cert, key } });
  dns = { before: await startDnsServer(await freePort()), after: await startDnsServer(await freePort()) };
  dns.after.set('model.test', [{ type: 'A', value: '127.0.0.1', ttl: 1 }]);
});
afterAll(async () => {
  await Promise.all([llm.close(), secure.close(), dns.before.stop(), dns.after.stop()]);
});

interface Ports {
  readonly http: number;
  readonly https: number;
  readonly more: number;
}

const oldSpec = ({ http, https }: Ports): string => `
version: 1
server:
  names: [a.test]
  listen: { http: "127.0.0.1:${http}", https: "127.0.0.1:${https}", http2: false }
  tls: { certificate: ssl/a.crt, certificate_key: ssl/a.key }
  max_body_size: 8k
resolver: { addresses: "127.0.0.1:${dns.before.port}", valid: 1s }
upstreams:
  llm: { servers: ["127.0.0.1:${llm.port}"], credential: "file:/run/secrets/one" }
  secure: { servers: ["https://127.0.0.1:${secure.port}"], tls: { name: model.test } }
  moving: ["model.test:${llm.port}"]
routes:
  - { name: chat, path: /v1/, upstream: llm, auth: none }
  - { name: secure, path: /secure/, upstream: secure, auth: none }
  - { name: moving, path: /moving/, upstream: moving, auth: none }
log: { access: access.log, error: error.log, level: notice }
process: { pid: nginx.pid, workers: 1 }
`;

const newSpec = ({ http, https, more }: Ports): string => `
version: 1
server:
  names: [a.test, b.test]
  listen: { http: ["127.0.0.1:${http}", "127.0.0.1:${more}"], https: "127.0.0.1:${https}" }
  tls: { certificate: ssl/b.crt, certificate_key: ssl/b.key, profile: modern, hsts: 1y }
  redirect: 308
  trusted_proxies: [127.0.0.0/8]
  keepalive: { requests: 1 }
  connections_per_address: 2
  max_body_size: 1k
  response_headers: { X-Door: new }
resolver: { addresses: "127.0.0.1:${dns.after.port}", valid: 1s }
upstreams:
  llm:
    servers: ["127.0.0.1:${llm.port}"]
    credential: { from: "file:/run/secrets/two", header: X-Model-Key }
    host: model.test
    base_path: /below
    request_headers: { X-Org: new }
  secure: { servers: ["https://127.0.0.1:${secure.port}"], tls: { name: model.test, ca: ssl/ca.crt } }
  moving: ["model.test:${llm.port}"]
routes:
  - name: chat
    path: /v1/
    upstream: llm
    auth: none
    add_prefix: /added
    timeouts: { idle: 1s }
    response_headers: { X-Route: new }
    request_headers: { X-Route: new }
    websocket: true
  - { name: secure, path: /secure/, upstream: secure, auth: none, match: { method: GET } }
  - { name: moving, path: /moving/, upstream: moving, auth: none }
compression: { gzip: { min_length: 0 } }
log: { access: requests.log, error: problems.log, level: error }
process: { pid: other.pid, workers: 2, connections: 1000, user: nobody, group: nogroup, temporary_directory: temporary }
`;

interface Running {
  readonly gateway: Gateway;
  readonly ports: Ports;
}

/** A field as `diff` names it, something to see of it, and what is seen before the reload and after it. */
type Probe = readonly [field: string, look: (running: Running) => Promise<unknown>, before: unknown, after: unknown];

interface Ask {
  readonly path?: string;
  readonly host?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(
  { ports }: Running,
  { path = '/v1/models', host = 'a.test', body, headers }: Ask = {},
): Promise<Response> {
  return request({
    port: ports.https,
    path,
    headers: { Host: host, Connection: 'keep-alive', ...headers },
    tls: { rejectUnauthorized: false, servername: 'a.test' },
    ...(body !== undefined && { body }),
  });
}

const status =
  (ask: Ask) =>
  async (running: Running): Promise<number> =>
    (await send(running, ask)).status;

/** A header of the answer. */
const answers =
  (name: string, ask?: Ask) =>
  async (running: Running): Promise<unknown> =>
    (await send(running, ask)).headers[name];

/** A header that the model server got, or the URL. */
const receives =
  (name: string, headers?: Readonly<Record<string, string>>) =>
  async (running: Running): Promise<unknown> => {
    const count = llm.requests.length;
    await send(running, headers && { headers });
    const received = llm.requests[count];
    return name === 'url' ? received?.url : received?.headers[name];
  };

/** The certificate's name and the protocol, for a client of this TLS version. */
const handshake =
  (maxVersion: SecureVersion) =>
  ({ ports }: Running): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(
        {
          port: ports.https,
          host: '127.0.0.1',
          servername: 'a.test',
          rejectUnauthorized: false,
          maxVersion,
          ALPNProtocols: ['h2', 'http/1.1'],
        },
        () => {
          resolve(`${socket.getPeerCertificate().subject.CN} ${socket.alpnProtocol}`);
          socket.destroy();
        },
      );
      socket.once('error', () => resolve('refused'));
    });

const plain =
  (port: keyof Ports) =>
  async ({ ports }: Running): Promise<unknown> =>
    request({ port: ports[port], headers: { Host: 'a.test' } }).then(
      (response) => response.status,
      () => 'refused',
    );

/** What three requests get that one address has under way at the same time. */
const crowd = async (running: Running): Promise<readonly number[]> => {
  const ask = status({ headers: { 'X-Mock-Delay-Ms': '700' } });
  return (await Promise.all([ask(running), ask(running), ask(running)])).sort();
};

const isThere =
  (name: string) =>
  ({ gateway }: Running): Promise<boolean> =>
    stat(join(gateway.prefix, name)).then(
      () => true,
      () => false,
    );

/** The status of an answer to a request for a websocket; 101 opens it. */
const upgrade = ({ ports }: Running): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = {
      Host: 'a.test',
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const asked = openRequest({ port: ports.https, path: '/v1/realtime', headers, rejectUnauthorized: false });
    asked.once('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      resolve(statusCode);
    });
    asked.once('response', (response) => {
      response.destroy();
      resolve(response.statusCode);
    });
    asked.once('error', reject);
    asked.end();
  });

/** Whether the newest error log has more than problems. */
const hasNotices = async (running: Running): Promise<boolean> => {
  const name = (await isThere('problems.log')(running)) ? 'problems.log' : 'error.log';
  return (await running.gateway.readFile(name)).includes('[notice]');
};

/** A line of `/proc/<pid>/<file>` of the newest worker: its first number. */
const worker =
  (file: 'status' | 'limits', line: RegExp) =>
  async ({ gateway }: Running): Promise<number> => {
    const newest = Math.max(...(await gateway.workerPids()));
    return Number(line.exec(await readFile(`/proc/${newest}/${file}`, 'utf8'))?.[1]);
  };

const probes: readonly Probe[] = [
  ['server names', status({ host: 'b.test' }), 421, 200],
  ['server listen.http2', handshake('TLSv1.3'), 'a.test http/1.1', 'b.test h2'],
  ['server tls.certificate', handshake('TLSv1.3'), 'a.test http/1.1', 'b.test h2'],
  ['server tls.certificate_key', handshake('TLSv1.3'), 'a.test http/1.1', 'b.test h2'],
  ['server tls.profile', handshake('TLSv1.2'), 'a.test http/1.1', 'refused'],
  ['server tls.hsts', answers('strict-transport-security'), undefined, 'max-age=31536000'],
  ['server redirect', plain('http'), 301, 308],
  ['server trusted_proxies', receives('x-real-ip', { 'X-Forwarded-For': '192.0.2.1' }), '127.0.0.1', '192.0.2.1'],
  ['server keepalive.requests', answers('connection'), 'keep-alive', 'close'],
  ['server connections_per_address', crowd, [200, 200, 200], [200, 200, 429]],
  ['server connections_per_address of private addresses', crowd, [200, 200, 200], [200, 200, 429]],
  ['server max_body_size', status({ body: 'x'.repeat(2000) }), 200, 413],
  ['server listen <address>', plain('more'), 'refused', 308],
  ['server response_headers.X-Door', answers('x-door'), undefined, 'new'],
  ['resolver addresses', status({ path: '/moving/' }), 502, 200],
  ['upstream llm credential.from', receives('x-model-key'), undefined, 'secret-two'],
  ['upstream llm credential placement', receives('authorization'), 'Bearer secret-one', undefined],
  ['upstream llm host', receives('host'), 'a.test', 'model.test'],
  ['upstream llm base_path', receives('url'), '/v1/models', '/below/added/v1/models'],
  ['upstream llm request_headers.X-Org', receives('x-org'), undefined, 'new'],
  ['upstream secure tls.ca', status({ path: '/secure/' }), 502, 200],
  ['route chat rewrite', receives('url'), '/v1/models', '/below/added/v1/models'],
  ['route chat timeouts.idle', status({ headers: { 'X-Mock-Delay-Ms': '1500' } }), 200, 504],
  ['route chat websocket', upgrade, 200, 101],
  ['route chat response_headers.X-Route', answers('x-route'), undefined, 'new'],
  ['route chat request_headers.X-Route', receives('x-route'), undefined, 'new'],
  ['route secure match.method', status({ path: '/secure/', body: 'x' }), 502, 404],
  ['route secure requests', status({ path: '/secure/', body: 'x' }), 502, 404],
  ['compression gzip', answers('content-encoding', { headers: { 'Accept-Encoding': 'gzip' } }), undefined, 'gzip'],
  ['log access', isThere('requests.log'), false, true],
  ['log error', isThere('problems.log'), false, true],
  ['log level', hasNotices, true, false],
  ['process user', worker('status', /^Uid:\s+(\d+)/m), 33, 65534],
  ['process group', worker('status', /^Gid:\s+(\d+)/m), 33, 65534],
  ['process connections', worker('limits', /^Max open files\s+(\d+)/m), 9216, 3024],
  ['process workers', async ({ gateway }) => (await gateway.workerPids()).length, 1, 2],
  ['process pid', isThere('other.pid'), false, true],
  ['process temporary_directory', isThere('temporary/proxy'), false, true],
];

describe.each(nginxReleases)('a reload brings nginx %s what `diff` says it brings', (release) => {
  let gateway: Gateway;
  let changes: readonly Change[];
  let seen: Record<'before' | 'after', ReadonlyMap<string, unknown>>;

  beforeAll(async () => {
    const ports = { http: await freePort(), https: await freePort(), more: await freePort() };
    const { 'a.test': a, 'b.test': b } = certificates.leaves;
    gateway = await startGateway({
      release,
      spec: oldSpec(ports),
      ports: [ports.https, ports.http],
      files: {
        'ssl/a.crt': a?.cert ?? '',
        'ssl/a.key': a?.key ?? '',
        'ssl/b.crt': b?.cert ?? '',
        'ssl/b.key': b?.key ?? '',
        'ssl/ca.crt': certificates.ca.cert,
        'temporary/.keep': '',
        '/run/secrets/one': 'secret-one',
        '/run/secrets/two': 'secret-two',
      },
    });
    const running = { gateway, ports };
    const look = async () => {
      const values = new Map<string, unknown>();
      for (const [field, probe] of probes) values.set(field, await probe(running));
      return values;
    };
    const workers = await gateway.workerPids();
    seen = { before: await look(), after: new Map() };
    const specs = { release, before: oldSpec(ports), after: newSpec(ports) };
    changes = (await rebuild(gateway, specs)).changes;
    await gateway.reload();
    // The old worker may take a few more connections before it hears that it is to finish.
    while ((await gateway.workerPids()).some((pid) => workers.includes(pid))) await sleep(50);
    seen = { ...seen, after: await look() };
  });
  afterAll(() => gateway?.stop());

  test.each(probes)('%s', (field, _look, before, after) => {
    expect({ before: seen.before.get(field), after: seen.after.get(field) }).toEqual({ before, after });
    const told = changes.filter((change) => fits(field, `${change.object} ${change.field}`));
    expect(told.map(({ takesEffect }) => takesEffect)).toEqual(['reload']);
  });

  test('and nothing that is not looked at here', () => {
    const told = changes.map(({ object, field }) => `${object} ${field}`);
    expect(told.filter((name) => !probes.some(([field]) => fits(field, name)))).toEqual([]);
  });
});

function fits(field: string, name: string): boolean {
  return field.endsWith('<address>') ? name.startsWith(field.slice(0, -'<address>'.length)) : field === name;
}
