import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, type GatewayOptions, startGateway } from '../helpers/gateway.ts';
import { request, type StreamingResponse, stream } from '../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { rebuild } from './rebuild.ts';

let servers: Record<'a' | 'b', MockModelServer>;
beforeAll(async () => {
  servers = { a: await startMockModelServer({ name: 'a' }), b: await startMockModelServer({ name: 'b' }) };
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

/** As `startGateway` makes it, so that nothing but the rest of a spec differs. */
const surroundings = {
  log: 'log: { access: access.log, error: error.log, level: notice }',
  process: (more = '') => `process: { pid: nginx.pid, workers: 1${more} }`,
};

const specFor = (listen: string, parts: { readonly upstream?: string; readonly process?: string } = {}): string => `
version: 1
server: { listen: { http: [${listen}] } }
upstreams: { llm: ${parts.upstream ?? `["127.0.0.1:${servers.a.port}"]`} }
routes: [{ name: all, path: /, upstream: llm, auth: none }]
${surroundings.log}
${surroundings.process(parts.process)}
`;

async function withGateway(options: GatewayOptions, work: (gateway: Gateway) => Promise<void>): Promise<void> {
  const gateway = await startGateway(options);
  try {
    await work(gateway);
  } finally {
    await gateway.stop();
  }
}

const reaches = async (gateway: Gateway) => {
  const counts = { a: servers.a.requests.length, b: servers.b.requests.length };
  for (let count = 0; count < 4; count++) await gateway.send({ path: '/v1/models' });
  return { a: servers.a.requests.length - counts.a, b: servers.b.requests.length - counts.b };
};

/** A long answer: one piece every 200 ms. */
const openStream = (port: number, pieces: number): Promise<StreamingResponse> =>
  stream({
    port,
    path: '/v1/chat/completions',
    json: { model: 'x', stream: true, messages: [] },
    headers: { 'X-Mock-Chunks': String(pieces), 'X-Mock-Gap-Ms': '200' },
  });

describe.each(nginxReleases)('nginx %s takes a change as `diff` says', (release) => {
  /** A reload after which the old worker takes no more connections. */
  async function reload(gateway: Gateway, workers: readonly number[] = []): Promise<void> {
    const old = (await gateway.workerPids()).filter((pid) => !workers.includes(pid));
    await gateway.reload();
    const isGone = async (): Promise<boolean> => !(await gateway.workerPids()).some((pid) => old.includes(pid));
    await expect.poll(isGone, { timeout: 10_000 }).toBe(true);
  }

  test('reload: other servers of an upstream, in a zone of the same name and size', async () => {
    const port = await freePort();
    const listen = `"127.0.0.1:${port}"`;
    const before = specFor(listen);
    const after = specFor(listen, { upstream: `["127.0.0.1:${servers.b.port}"]` });
    await withGateway({ release, spec: before, ports: [port] }, async (gateway) => {
      expect(await reaches(gateway)).toEqual({ a: 4, b: 0 });
      const { changes } = await rebuild(gateway, { release, before, after });
      expect(changes.map(({ takesEffect }) => takesEffect)).toEqual([
        'reload, counters reset',
        'reload, counters reset',
      ]);
      await reload(gateway);
      expect(await reaches(gateway)).toEqual({ a: 0, b: 4 });
    });
  });

  test('counters reset: a server that was out is tried again', async () => {
    const port = await freePort();
    const listen = `"127.0.0.1:${port}"`;
    const upstream = (weight: number): string =>
      `{ servers: [{ address: "127.0.0.1:${servers.a.port}", fail_timeout: 1h }, { address: "127.0.0.1:${servers.b.port}", weight: ${weight} }] }`;
    const before = specFor(listen, { upstream: upstream(1) });
    const after = specFor(listen, { upstream: upstream(2) });
    servers.a.behave({ drop: true });
    try {
      await withGateway({ release, spec: before, ports: [port] }, async (gateway) => {
        expect(await reaches(gateway)).toEqual({ a: 1, b: 4 });
        expect(await reaches(gateway)).toEqual({ a: 0, b: 4 });
        const { changes } = await rebuild(gateway, { release, before, after });
        expect(changes.map(({ takesEffect }) => takesEffect)).toEqual(['reload, counters reset']);
        await reload(gateway);
        expect(await reaches(gateway)).toEqual({ a: 1, b: 4 });
      });
    } finally {
      servers.a.behave({});
    }
  });

  test('counters reset: connections of the old worker do not count any more', async () => {
    const port = await freePort();
    const listen = `"127.0.0.1:${port}"`;
    const upstream = (fails: number): string =>
      `{ servers: [{ address: "127.0.0.1:${servers.a.port}", max_conns: 1, max_fails: ${fails} }] }`;
    const before = specFor(listen, { upstream: upstream(1) });
    const after = specFor(listen, { upstream: upstream(0) });
    await withGateway({ release, spec: before, ports: [port] }, async (gateway) => {
      const held = await openStream(port, 100);
      expect((await gateway.send({ path: '/v1/models' })).status).toBe(502);
      const { summary } = await rebuild(gateway, { release, before, after });
      expect(summary.takesEffect).toBe('reload, counters reset');
      await gateway.reload();
      await expect.poll(async () => (await gateway.send({ path: '/v1/models' })).status).toBe(200);
      expect(await gateway.workerPids()).toHaveLength(2);
      held.abort();
    });
  });

  test('restart: a credential in another variable, which nginx does not have before it is started anew', async () => {
    const port = await freePort();
    const listen = `"127.0.0.1:${port}"`;
    const upstream = (name: string): string =>
      `{ servers: ["127.0.0.1:${servers.a.port}"], credential: "env:${name}" }`;
    const before = specFor(listen, { upstream: upstream('FIRST_KEY') });
    const after = specFor(listen, { upstream: upstream('SECOND_KEY') });
    const sent = async (gateway: Gateway): Promise<unknown> => {
      const { response, received } = await exchange(gateway, servers.a, { path: '/v1/models' });
      return [response.status, received?.headers.authorization];
    };
    const ports = [port] as const;
    await withGateway({ release, spec: before, ports: [...ports], env: { FIRST_KEY: 'one' } }, async (gateway) => {
      await reload(gateway);
      expect(await sent(gateway)).toEqual([200, 'Bearer one']);
      const { changes } = await rebuild(gateway, { release, before, after });
      expect(changes.map(({ field, takesEffect }) => [field, takesEffect])).toEqual([['credential.from', 'restart']]);
      await reload(gateway);
      expect(await sent(gateway)).toEqual([503, undefined]);
    });
    const env = { FIRST_KEY: 'one', SECOND_KEY: 'two' };
    await withGateway({ release, spec: after, ports: [...ports], env }, async (gateway) => {
      expect(await sent(gateway)).toEqual([200, 'Bearer two']);
    });
  });

  test('reload: another value in the file of a credential', async () => {
    const port = await freePort();
    const spec = specFor(`"127.0.0.1:${port}"`, {
      upstream: `{ servers: ["127.0.0.1:${servers.a.port}"], credential: "file:/run/secrets/llm" }`,
    });
    const files = { '/run/secrets/llm': 'one' };
    await withGateway({ release, spec, ports: [port], files }, async (gateway) => {
      const sent = async (): Promise<unknown> =>
        (await exchange(gateway, servers.a, { path: '/v1/models' })).received?.headers.authorization;
      expect(await sent()).toBe('Bearer one');
      // Where the workspace keeps the file that lies over that place.
      await writeFile(join(gateway.prefix, '../file-0'), 'two');
      await reload(gateway);
      expect(await sent()).toBe('Bearer two');
    });
  });

  // Together, because nginx waits two seconds and more for an address before it gives up.
  test.concurrent.each<[string, string, string]>([
    ['from one address of a port to every address', '127.0.0.1', '0.0.0.0'],
    ['from every address to one', '0.0.0.0', '127.0.0.1'],
    ['from one IPv6 address to every one', '[::1]', '[::]'],
  ])('restart: %s', async (_name, from, to) => {
    const [port, other] = [await freePort(), await freePort()];
    const listen = (host: string): string => `"127.0.0.1:${other}", "${host}:${port}"`;
    const specs = { release, before: specFor(listen(from)), after: specFor(listen(to)) };
    await withGateway({ release, spec: specs.before, ports: [other] }, async (gateway) => {
      expect((await rebuild(gateway, specs)).summary.takesEffect).toBe('restart');
      await expect(gateway.reload()).rejects.toThrow(/Address already in use/);
      expect((await gateway.send({ path: '/v1/models' })).status).toBe(200);
    });
    await withGateway({ release, spec: specs.after, ports: [other] }, async (gateway) => {
      const host = from.startsWith('[') ? '::1' : '127.0.0.1';
      expect((await request({ port, host, headers: { Host: 'a.test' } })).status).toBe(200);
      expect(await gateway.workerPids()).toHaveLength(1);
    });
  });

  test('reload: from one address of a port to another', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const listen = (host: string): string => `"127.0.0.1:${other}", "${host}:${port}"`;
    const specs = { release, before: specFor(listen('127.0.0.2')), after: specFor(listen('127.0.0.3')) };
    const answers = (host: string): Promise<boolean> =>
      request({ port, host, path: '/v1/models' }).then(
        () => true,
        () => false,
      );
    await withGateway({ release, spec: specs.before, ports: [other] }, async (gateway) => {
      expect([await answers('127.0.0.2'), await answers('127.0.0.3')]).toEqual([true, false]);
      expect((await rebuild(gateway, specs)).summary.takesEffect).toBe('reload');
      await reload(gateway);
      expect([await answers('127.0.0.2'), await answers('127.0.0.3')]).toEqual([false, true]);
    });
  });

  test('reload: a shorter `shutdown_timeout` holds from the next reload on', async () => {
    const port = await freePort();
    const listen = `"127.0.0.1:${port}"`;
    const specs = {
      release,
      before: specFor(listen, { process: ', shutdown_timeout: 1h' }),
      after: specFor(listen, { process: ', shutdown_timeout: 1s' }),
    };
    await withGateway({ release, spec: specs.before, ports: [port] }, async (gateway) => {
      const pieces = 15;
      const first = await openStream(port, pieces);
      const { changes } = await rebuild(gateway, specs);
      expect(changes.map(({ takesEffect }) => takesEffect)).toEqual(['reload']);
      const old = await gateway.workerPids();
      await gateway.reload();
      await sleep(300);
      const second = await openStream(port, pieces);
      await reload(gateway, old);
      const [whole, cut] = await Promise.all([readAll(first), readAll(second)]);
      expect(whole).toContain('[DONE]');
      expect(cut).not.toContain('[DONE]');
    });
  });
});

/** What came of a stream, to its end or to where it broke off. */
async function readAll(response: StreamingResponse): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) text += chunk.text;
  } catch {
    return text;
  }
  return text;
}
