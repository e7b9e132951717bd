import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const names = ['main', 'shadow'] as const;
let servers: ModelServers<(typeof names)[number]>;
beforeAll(async () => {
  servers = await startModelServers(names);
});
beforeEach(() => servers.reset());
afterAll(() => servers.close());

const env = {
  KEY: 'sk-key-0123456789',
  OPENAI: 'sk-openai-0123456789',
  GEMINI: 'sk-gemini-0123456789',
  SHADOW: 'sk-shadow-0123456789',
};

/** What every upstream that gets a key of ours is spared. */
const anywhere = [
  'api-key=stolen',
  'API-KEY=stolen',
  'api_key=stolen',
  'ApiKey=stolen',
  '%61pi-key=stolen',
  'api%2Dkey=stolen',
  '%41PI%2dKEY=stolen',
  'a=1;api-key=stolen',
  'a=1;%61pi-key=stolen;b=2',
  'access_token=stolen',
  'subscription-key=stolen',
  'Authorization=Bearer%20stolen',
  'X-Amz-Signature=stolen',
];
const ofGoogle = ['key=stolen', '%6bey=stolen', '$key=stolen', '%24key=stolen', 'userProject=stolen'];

describe.each(nginxReleases)('item 7: keys in query arguments on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const main = `servers: ["http://${servers.address('main')}"]`;
    const shadow = `servers: ["http://${servers.address('shadow')}"]`;
    const mine = (name: string) => `credential: { from: env:${name}, hosts: [127.0.0.1] }`;
    gateway = await startGateway({
      release,
      ports: [port],
      env,
      secrets: ['stolen'],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  azure: { provider: azure_openai, ${main}, base_path: /, ${mine('KEY')} }
  azure-keyless: { provider: azure_openai, ${main}, base_path: / }
  openai: { provider: openai, ${main}, ${mine('OPENAI')} }
  gemini: { provider: gemini, ${main}, ${mine('GEMINI')} }
  own: { ${main}, credential: env:KEY }
  like-google: { ${main}, credential: { from: env:KEY, header: X-Goog-Api-Key } }
  query: { ${main}, credential: { from: env:KEY, query: api-key } }
  plain: { ${main} }
  google-shadow: { provider: gemini, ${shadow}, credential: { from: env:SHADOW, hosts: [127.0.0.1] } }
  keyless-shadow: { provider: gemini, ${shadow} }
routes:
  - { path: /azure/, auth: none, upstream: azure }
  - { path: /azure-keyless/, auth: none, upstream: azure-keyless }
  - { path: /openai/, auth: none, upstream: openai, fallback: plain }
  - { path: /gemini/, auth: none, upstream: gemini }
  - { path: /own/, auth: none, upstream: own }
  - { path: /like-google/, auth: none, upstream: like-google }
  - { path: /query/, auth: none, upstream: query }
  - { path: /plain/, auth: none, upstream: plain }
  - { path: /copied/, auth: none, upstream: query, mirror: google-shadow }
  - { path: /copied-keyless/, auth: none, upstream: query, mirror: keyless-shadow }
`,
    });
  });
  afterAll(() => gateway?.stop());

  async function received(target: string): Promise<string> {
    const before = servers.of.main.requests.length;
    expect((await gateway.send({ path: target })).status).toBe(200);
    return servers.of.main.requests[before]?.url ?? '';
  }

  test.each(anywhere)('?%s reaches no upstream that gets a key of ours', async (query) => {
    for (const path of ['azure', 'openai', 'gemini', 'own', 'like-google'])
      for (const args of [query, `x=1&${query}`, `${query}&x=1`]) {
        const url = await received(`/${path}/v1/x?${args}`);
        expect(url).not.toContain('stolen');
        if (args.includes('x=1')) expect(url).toContain('x=1');
      }
  });

  test.each(anywhere.filter((query) => /(^|;)(%61|a|%41)pi(-|%2d)key/i.test(query)))(
    'nor `provider: azure_openai` without one: ?%s',
    async (query) => {
      expect(await received(`/azure-keyless/x?${query}&x=1`)).not.toContain('stolen');
    },
  );

  test.each(ofGoogle)('nor Google’s APIs, by preset and by header: ?%s', async (query) => {
    for (const path of ['gemini', 'like-google'])
      expect(await received(`/${path}/x?${query}&alt=sse`)).toBe(`/${path}/x?alt=sse`);
  });

  test('other arguments stay, byte for byte', async () => {
    const query = 'api-version=2026-01-01&keys=1&my-api-key=2&x=api-key&b=%2f+%zz';
    for (const path of ['azure', 'own', 'query']) expect(await received(`/${path}/x?${query}`)).toContain(`?${query}`);
  });

  test('an own key in an argument replaces those of clients in any case', async () => {
    for (const theirs of ['api-key=stolen', 'Api-Key=stolen', '%61PI-key=stolen', 'api_key=stolen'])
      expect(await received(`/query/x?a=1&${theirs}`)).toBe(`/query/x?a=1&api-key=${env.KEY}`);
  });

  test('an upstream without a key of ours gets what clients send, but where its provider takes keys', async () => {
    expect(await received('/plain/x?api_key=mine')).toBe('/plain/x?api_key=mine');
  });

  test.each(['copied', 'copied-keyless'])(
    'a copy (%s) has neither theirs nor that of the request itself',
    async (path) => {
      const before = servers.of.shadow.requests.length;
      await received(`/${path}/x?a=1&key=stolen&%61pi-key=stolen`);
      const copy = await servers.of.shadow.waitForRequest((request) => request.url.startsWith(`/${path}/`));
      await sleep(100);
      const urls = servers.of.shadow.requests.slice(before).map(({ url }) => url);
      expect(urls.length).toBeGreaterThan(0);
      for (const url of [...urls, copy.url]) {
        expect(url).not.toContain(env.KEY);
        expect(url).not.toContain('key=stolen&');
        expect(url).not.toMatch(/[?&]key=/);
      }
    },
  );
});
