import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import type { RecordedRequest } from '../helpers/mock/recorded-request.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const names = ['main', 'backup', 'shadow', 'checked'] as const;
let servers: ModelServers<(typeof names)[number]>;
beforeAll(async () => {
  servers = await startModelServers(names);
});
beforeEach(() => servers.reset());
afterAll(() => servers.close());

const env = {
  A: 'sk-key-a-0123456789',
  B: 'sk-key-b-0123456789',
  MOBILE: 'sk-key-mobile-0123456789',
  C: 'sk-key-c-0123456789',
};
const clientKey = 'oc-mobile-0123456789abcdef0123';
const odd = 'a "b" $host; \\n {x} ü';

const bearerOf = ({ headers }: RecordedRequest) => (headers.authorization ?? '').replace('Bearer ', '');
const accountOf = ({ headers }: RecordedRequest) => [headers['openai-organization'], headers['openai-project']];

/** What each key has to be sent with. */
const accounts: Readonly<Record<string, readonly (string | undefined)[]>> = {
  [env.A]: ['org-shared', 'proj_a'],
  [env.B]: ['org-b', undefined],
  [env.MOBILE]: [undefined, 'proj_mobile'],
  [env.C]: [undefined, undefined],
};

describe.each(nginxReleases)('item 6: headers of credentials on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const at = (name: (typeof names)[number]) => `servers: ["http://${servers.address(name)}"]`;
    gateway = await startGateway({
      release,
      ports: [port],
      workers: 2,
      env,
      secrets: [clientKey],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
key_maps:
  apps: { from: [bearer], clients: [{ id: mobile, key: "${hashOf(clientKey)}" }] }
upstreams:
  several:
    provider: openai
    ${at('main')}
    credential:
      hosts: [127.0.0.1]
      headers: { OpenAI-Organization: org-shared }
      from:
        - { from: env:A, headers: { OpenAI-Project: proj_a } }
        - { from: env:B, headers: { openai-organization: org-b } }
      for:
        - { client: mobile, from: env:MOBILE, headers: { OpenAI-Project: proj_mobile } }
  single: { provider: openai, ${at('main')}, credential: { from: env:A, hosts: [127.0.0.1], headers: { OpenAI-Organization: org-shared, OpenAI-Project: proj_a, X-Odd: '${odd}' } } }
  in-query: { ${at('main')}, credential: { from: env:A, query: key, headers: { OpenAI-Organization: org-shared } } }
  bare: { provider: openai, ${at('backup')}, credential: { from: env:C, hosts: [127.0.0.1] } }
  fixed: { ${at('main')}, request_headers: { OpenAI-Organization: org-fixed } }
  shadow: { ${at('shadow')}, credential: { from: env:C, headers: { OpenAI-Project: proj_shadow } } }
  checked:
    ${at('checked')}
    credential: { from: env:C, headers: { OpenAI-Organization: org-checked } }
    health_check: { completion: gpt-4o-mini, interval: 1s, timeout: 1s }
routes:
  - { path: /several/, auth: none, upstream: several, fallback: bare }
  - { path: /mobile/, auth: apps, upstream: several }
  - { path: /single/, auth: none, upstream: single, mirror: shadow }
  - { path: /in-query/, auth: none, upstream: in-query }
  - { path: /bare/, auth: none, upstream: bare }
  - { path: /fixed/, auth: none, upstream: fixed, websocket: true }
  - { path: /checked/, auth: none, upstream: checked }
`,
    });
  });
  afterAll(() => gateway?.stop());

  const stolen = [
    ['OpenAI-Organization', 'stolen'],
    ['OPENAI-PROJECT', 'stolen'],
    ['X-Odd', 'stolen'],
  ] as const;
  const ask = (route: string, headers: readonly (readonly [string, string])[] = []) =>
    gateway.send({ path: `/${route}/v1/chat/completions`, headers, json: { model: 'gpt-4o', messages: [] } });
  async function received(server: (typeof names)[number], work: () => Promise<unknown>) {
    const before = servers.of[server].requests.length;
    await work();
    return servers.of[server].requests.slice(before);
  }

  test('every key goes with its own, also when one request tries several', async () => {
    servers.of.main.behave((request) =>
      bearerOf(request) === env.A ? { status: 429, responseHeaders: [['Retry-After', '0']] } : {},
    );
    const requests = await received('main', async () => {
      for (let index = 0; index < 20; index += 1) expect((await ask('several', stolen)).status).toBe(200);
    });
    expect(new Set(requests.map(bearerOf))).toEqual(new Set([env.A, env.B]));
    for (const request of requests) expect(accountOf(request)).toEqual(accounts[bearerOf(request)]);
  });

  test('an upstream that is tried next gets none of them', async () => {
    servers.of.main.behave({ status: 503 });
    const requests = await received('backup', async () => expect((await ask('several', stolen)).status).toBe(200));
    expect(requests.map(bearerOf)).toEqual([env.C]);
    expect(requests.map(accountOf)).toEqual([accounts[env.C]]);
  });

  test('clients send those of one upstream to no other', async () => {
    const [request] = await received('backup', async () => expect((await ask('bare', stolen)).status).toBe(200));
    expect(request?.headers).not.toHaveProperty('x-odd');
    const [fixed] = await received('main', async () => expect((await ask('fixed', stolen)).status).toBe(200));
    expect(fixed?.headers).not.toHaveProperty('x-odd');
    expect(fixed && accountOf(fixed)).toEqual(['org-fixed', undefined]);
  });

  test('keys of a rule have those of the rule', async () => {
    const [request] = await received('main', () =>
      ask('mobile', [['Authorization', `Bearer ${clientKey}`], ...stolen]),
    );
    expect(request && bearerOf(request)).toBe(env.MOBILE);
    expect(request && accountOf(request)).toEqual(accounts[env.MOBILE]);
  });

  test('a route with one upstream and one key sends them too, as they are written; its copies send their own', async () => {
    const before = servers.of.shadow.requests.length;
    const [request] = await received('main', () => ask('single', stolen));
    expect(request && accountOf(request)).toEqual(accounts[env.A]);
    const values = request?.rawHeaders.filter(([name]) => name.toLowerCase() === 'x-odd').map(([, value]) => value);
    expect(values).toEqual([Buffer.from(odd).toString('latin1')]);
    await expect.poll(() => servers.of.shadow.requests.length, { timeout: 5_000 }).toBeGreaterThan(before);
    const copy = servers.of.shadow.requests[before];
    expect(copy && accountOf(copy)).toEqual([undefined, 'proj_shadow']);
  });

  test('a key in an argument has them beside it', async () => {
    const [request] = await received('main', () => ask('in-query', stolen));
    expect(request && accountOf(request)).toEqual(['org-shared', undefined]);
    expect(request?.url).toContain(`key=${env.A}`);
  });

  test('upstreams without them get none, and what the spec sets for all requests is sent once', async () => {
    const [bare] = await received('backup', () => ask('bare', stolen));
    expect(bare && accountOf(bare)).toEqual([undefined, undefined]);
    const [fixed] = await received('main', () => ask('fixed', stolen));
    expect(fixed?.rawHeaders.filter(([name]) => /^openai-/i.test(name))).toEqual([
      ['OpenAI-Organization', 'org-fixed'],
    ]);
  });

  test.each(['openai-organization.stolen', 'realtime, openai-project.stolen', 'realtime, OpenAI-Organization.stolen'])(
    'nor do subprotocols of websockets bring any: %s',
    async (protocol) => {
      const [request] = await received('main', () => ask('fixed', [['Sec-WebSocket-Protocol', protocol]]));
      expect(JSON.stringify(request?.rawHeaders)).not.toContain('stolen');
    },
  );

  test('completions that ask for health have them', async () => {
    const probe = await servers.of.checked.waitForRequest(({ body }) => body.includes('ping'), 10_000);
    expect(bearerOf(probe)).toBe(env.C);
    expect(accountOf(probe)).toEqual(['org-checked', undefined]);
  });
});
