import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { Agent, createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';

/** What "without a reload" promises: a change is in use in every worker after this long. */
const promisedMs = 2_000;
const changes = 10;
const workers = 4;

const steadyKey = 'oc-steady-0123456789abcdef0123';
const clientKey = (round: number) => `oc-rotating-${round}-0123456789abcdef`;
const providerKey = (round: number) => `sk-provider-${round}-0123456789`;

/** A model server that takes the provider's current key and the one before it, and counts all others. */
async function startProvider() {
  let round = 0;
  let wrong = 0;
  let served = 0;
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    const given = (request.headers.authorization ?? '').replace('Bearer ', '');
    served += 1;
    seen.set(given, (seen.get(given) ?? 0) + 1);
    if (given !== providerKey(round) && given !== providerKey(round - 1)) wrong += 1;
    response.end('{}');
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    turn: (to: number) => {
      round = to;
    },
    counts: () => ({ wrong, served, keys: seen.size }),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** By renaming, as Kubernetes, Vault and `openclaw keys` do. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o644 });
  await rename(`${file}.new`, file);
}

/** Statuses over connections that were open before, many enough to be spread over all workers. */
async function statusesOver(agents: readonly Agent[], gateway: Gateway, key: string): Promise<Set<number>> {
  const answers = await Promise.all(
    agents.map((agent) => gateway.send({ path: '/v1/x', headers: { 'x-api-key': key }, agent })),
  );
  return new Set(answers.map(({ status }) => status));
}

// Beside each other, as changes take their time.
describe.concurrent.each(['1.22', '1.30'] as const)('rotation on nginx %s', (release) => {
  test('under full load keys and credentials change ten times: no wrong answer, no lost request', async () => {
    const provider = await startProvider();
    const port = await freePort();
    const gateway = await startGateway({
      release,
      ports: [port],
      workers,
      secrets: [steadyKey, ...Array.from({ length: changes + 1 }, (_, round) => clientKey(round))],
      files: { 'apps.keys': keyFile(0) },
      spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${port}" }
key_maps:
  apps: { from: x-api-key, file: apps.keys }
upstreams:
  llm: { servers: ["127.0.0.1:${provider.port}"], credential: "file:/run/provider.key" }
routes:
  - { name: chat, path: /, upstream: llm, auth: apps }
`,
    });
    const agents = Array.from({ length: 4 * workers }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    try {
      const secret = gateway.locate('/run/provider.key');
      await replaceFile(secret, providerKey(0));
      await sleep(promisedMs);
      const seconds = Math.ceil((changes * (promisedMs + 300)) / 1000) + 1;
      const load = execa('wrk', [
        ...['-t1', '-c32', `-d${seconds}s`, '--timeout', '5s', '-H', `x-api-key: ${steadyKey}`],
        `http://127.0.0.1:${port}/v1/x`,
      ]);
      await sleep(200);
      for (let round = 1; round <= changes; round += 1) {
        expect(await statusesOver(agents, gateway, clientKey(round - 1))).toEqual(new Set([200]));
        // From here on the provider knows the new key, and the one before it as long as it is not withdrawn.
        provider.turn(round);
        await replaceFile(join(gateway.prefix, 'apps.keys'), keyFile(round));
        await replaceFile(secret, providerKey(round));
        await sleep(promisedMs);
        expect(await statusesOver(agents, gateway, clientKey(round - 1))).toEqual(new Set([401]));
        expect(await statusesOver(agents, gateway, clientKey(round))).toEqual(new Set([200]));
      }
      const report = (await load).stdout;
      expect(report).toMatch(/\d+ requests in/);
      expect(report).not.toMatch(/Non-2xx|Socket errors/);
      const { wrong, served, keys } = provider.counts();
      expect({ wrong, keys }).toEqual({ wrong: 0, keys: changes + 1 });
      expect(served).toBeGreaterThan(1000);
      const logs = (await gateway.errorLog()) + (await gateway.accessLog());
      expect(logs).not.toContain('sk-provider');
      expect(logs).not.toContain('oc-rotating');
      expect(logs).not.toContain(steadyKey);
    } finally {
      for (const agent of agents) agent.destroy();
      await gateway.stop();
      provider.stop();
    }
  }, 90_000);
});

/** A client that stays, and one whose key is another one each time. */
function keyFile(round: number): string {
  return `# round ${round}\nsteady ${hashOf(steadyKey)}\nrotating ${hashOf(clientKey(round))} tier=premium\n`;
}
