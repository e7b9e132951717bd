import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../src/compile.ts';
import { diffGateways } from '../../src/diff/diff-gateways.ts';
import { type PublicModel, readPublicModel } from '../../src/diff/public-model.ts';
import { findTarget } from '../../src/nginx/targets.ts';
import { publicModel } from '../../src/output/manifest.ts';
import { loadSource } from '../../src/source/load-source.ts';
import { freePort } from '../helpers/free-port.ts';
import { startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let servers: Record<'a' | 'b', MockModelServer>;
beforeAll(async () => {
  servers = { a: await startMockModelServer({ name: 'a' }), b: await startMockModelServer({ name: 'b' }) };
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

const targets = { '1.22': 'debian-12', '1.26': 'debian-13', '1.30': 'nginx-1.30' } as const;

/** A spec's model and one of its files. */
async function compiled(
  spec: string,
  options: { release: keyof typeof targets; path: string },
): Promise<{ model: PublicModel; text: string }> {
  const stdin = async () => Buffer.from(spec);
  const { value: root } = await loadSource({ file: '-', overlays: [], cwd: '.', env: {}, stdin });
  const target = findTarget(targets[options.release]);
  const { gateway, artifacts } = root && target ? compile({ root, target }) : {};
  const model = gateway && readPublicModel(publicModel(gateway));
  const text = artifacts?.find(({ path }) => path === options.path)?.text;
  if (model === undefined || text === undefined) throw new Error('the spec of this test is wrong');
  return { model, text };
}

const reaches = async (gateway: { send: (options: { path: string }) => Promise<unknown> }) => {
  const counts = { a: servers.a.requests.length, b: servers.b.requests.length };
  for (let count = 0; count < 4; count++) await gateway.send({ path: '/v1/models' });
  return { a: servers.a.requests.length - counts.a, b: servers.b.requests.length - counts.b };
};

describe.each(nginxReleases)('nginx %s takes what `diff` says a reload brings', (release) => {
  test('other servers of an upstream, in a zone of the same name and size', async () => {
    const port = await freePort();
    const specFor = (name: 'a' | 'b') => `version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams: { llm: { servers: ["127.0.0.1:${servers[name].port}"] } }
routes: [{ path: /, upstream: llm, auth: none }]
`;
    const path = 'conf.d/upstreams.conf';
    const before = await compiled(specFor('a'), { release, path });
    const after = await compiled(specFor('b'), { release, path });
    const { changes } = diffGateways(before.model, after.model);
    expect(changes.map(({ takesEffect }) => takesEffect)).toEqual(['reload, counters reset', 'reload, counters reset']);
    const gateway = await startGateway({ release, spec: specFor('a'), ports: [port] });
    try {
      expect(await reaches(gateway)).toEqual({ a: 4, b: 0 });
      await writeFile(join(gateway.prefix, path), after.text);
      await gateway.reload();
      // The old worker may take a few more connections before it hears that it is to finish.
      await expect.poll(() => reaches(gateway)).toEqual({ a: 0, b: 4 });
      expect(await reaches(gateway)).toEqual({ a: 0, b: 4 });
    } finally {
      await gateway.stop();
    }
  });

  test('but not from one address of a port to every address: that needs a restart', async () => {
    const port = await freePort();
    const specFor = (host: string) => `version: 1
server: { listen: { http: "${host}${port}" } }
upstreams: { llm: { servers: ["127.0.0.1:${servers.a.port}"] } }
routes: [{ path: /, upstream: llm, auth: none }]
`;
    const path = 'conf.d/server.conf';
    const before = await compiled(specFor('127.0.0.1:'), { release, path });
    const after = await compiled(specFor(''), { release, path });
    const { summary } = diffGateways(before.model, after.model);
    expect(summary.takesEffect).toBe('restart');
    const gateway = await startGateway({ release, spec: specFor('127.0.0.1:'), ports: [port] });
    try {
      await writeFile(join(gateway.prefix, path), after.text);
      await expect(gateway.reload()).rejects.toThrow(/Address already in use/);
      expect(await reaches(gateway)).toEqual({ a: 4, b: 0 });
    } finally {
      await gateway.stop();
    }
  });

  test('nor back', async () => {
    const port = await freePort();
    const specFor = (host: string) => `version: 1
server: { listen: { http: "${host}${port}" } }
upstreams: { llm: { servers: ["127.0.0.1:${servers.a.port}"] } }
routes: [{ path: /, upstream: llm, auth: none }]
`;
    const path = 'conf.d/server.conf';
    const after = await compiled(specFor('127.0.0.1:'), { release, path });
    const gateway = await startGateway({ release, spec: specFor(''), ports: [port] });
    try {
      await writeFile(join(gateway.prefix, path), after.text);
      await expect(gateway.reload()).rejects.toThrow(/Address already in use/);
    } finally {
      await gateway.stop();
    }
  });
});
