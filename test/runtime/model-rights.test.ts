import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const names = ['llama', 'claude', 'openai'] as const;
let servers: ModelServers<(typeof names)[number]>;
beforeAll(async () => {
  servers = await startModelServers(names);
});
beforeEach(() => servers.reset());
afterAll(() => servers.close());

const key = {
  everything: 'oc-everything-0123456789abcdef',
  mini: 'oc-mini-0123456789abcdef012345',
  local: 'oc-local-0123456789abcdef01234',
  nothing: 'oc-nothing-0123456789abcdef012',
  team: 'oc-team-0123456789abcdef0123456',
} as const;
type Client = keyof typeof key;

describe.each(nginxReleases)('rights to models on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      secrets: Object.values(key),
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  llama: ["${servers.address('llama')}"]
  claude: ["${servers.address('claude')}"]
  openai: ["${servers.address('openai')}"]
models:
  fast: { upstream: llama, fallback: claude }
  smart: { upstream: claude, as: claude-sonnet-4, fallback: [openai, llama] }
  gpt-4o-mini: openai
  gpt-4o: openai
  opus: claude
  "o*": openai
key_maps:
  apps:
    from: [bearer, query key]
    clients:
      - { id: everything, key: "${hashOf(key.everything)}" }
      - { id: mini, key: "${hashOf(key.mini)}", models: ["*-mini", fast] }
      - { id: local, key: "${hashOf(key.local)}", upstreams: [llama, openai] }
      - { id: nothing, key: "${hashOf(key.nothing)}", models: [of-another-gateway] }
  teams:
    from: header X-Team-Key
    clients: [{ id: team, key: "${hashOf(key.team)}", models: [fast, "gpt-4o*"], upstreams: [openai] }]
routes:
  - { path: =/v1/models, auth: apps, answer: models }
  - { path: =/anthropic/v1/models, auth: apps, answer: models, api: anthropic }
  - { path: =/v1beta/models, auth: apps, answer: models, api: gemini }
  - { path: =/open/models, auth: none, answer: models }
  - { path: /v1/, auth: apps, upstream: by_model }
  - { path: /both/, auth: { all: [apps, teams] }, upstream: by_model, strip_prefix: /both }
  - { path: /plain/, auth: apps, upstream: openai, strip_prefix: /plain }
  - { path: /safe/, auth: apps, upstream: openai, fallback: [claude, llama], strip_prefix: /safe }
  - { path: /pick/, auth: apps, match: { model: "gpt-*" }, upstream: openai, strip_prefix: /pick }
  - { path: /pick/, auth: apps, upstream: llama, strip_prefix: /pick }
`,
    });
  });
  afterAll(() => gateway?.stop());

  const as = (client: Client) => ({ Authorization: `Bearer ${key[client]}` });
  const ask = (client: Client, model: string, prefix = '') =>
    gateway.send({ path: `${prefix}/v1/chat/completions`, headers: as(client), json: { model } });

  test.each(['', '/plain', '/safe', '/pick'])('%s/v1/: only the models of the client', async (prefix) => {
    expect((await ask('mini', 'gpt-4o-mini', prefix)).status).toBe(200);
    expect((await ask('everything', 'gpt-4o', prefix)).status).toBe(200);
    const counts = await servers.countOf(async () => {
      const refused = await ask('mini', 'gpt-4o', prefix);
      expect(refused.status).toBe(403);
      expect(refused.json().error).toMatchObject({ type: 'permission_error', code: 'model_not_allowed' });
      expect((await ask('nothing', 'gpt-4o-mini', prefix)).status).toBe(403);
    });
    expect(counts).toEqual({ llama: 0, claude: 0, openai: 0 });
  });

  test.each(['', '/plain', '/pick'])('%s/v1/: a model smuggled in is none', async (prefix) => {
    const counts = await servers.countOf(async () => {
      for (const body of [
        '{"model":"gpt-4o-mini","model":"gpt-4o"}',
        '{"model":"gpt-4o-mini","models":["gpt-4o"]}',
        '{"model":"gpt-4o-mini"} {"model":"gpt-4o"}',
      ]) {
        const path = `${prefix}/v1/chat/completions`;
        const response = await gateway.send({ path, headers: as('mini'), body });
        expect(response.status, body).toBe(400);
      }
    });
    expect(counts).toEqual({ llama: 0, claude: 0, openai: 0 });
  });

  test.each([
    ['', 400, 'model_required'],
    ['/plain', 403, 'model_not_named'],
    ['/safe', 403, 'model_not_named'],
    ['/pick', 403, 'model_not_named'],
  ] as const)('%s/v1/: whoever is restricted names a model: else %i', async (prefix, status, code) => {
    const counts = await servers.countOf(async () => {
      const path = `${prefix}/v1/chat/completions`;
      const response = await gateway.send({ path, headers: as('mini'), body: '{"messages":[]}' });
      expect([response.status, response.json().error.code]).toEqual([status, code]);
    });
    expect(counts).toEqual({ llama: 0, claude: 0, openai: 0 });
  });

  test.each([
    ['everything', 'gpt-4o', 200, null],
    ['everything', 'o3', 403, 'model_not_allowed'],
    ['mini', 'gpt-4o', 403, 'model_not_allowed'],
    ['mini', 'gpt-4o-mini', 200, null],
    ['everything', 'fast', 403, 'upstream_not_allowed'],
  ] as const)(
    'of two keys that must both be there, each restricts: %s asks for %s',
    async (client, model, status, code) => {
      const headers = { ...as(client), 'X-Team-Key': key.team };
      const response = await gateway.send({ path: '/both/v1/chat/completions', headers, json: { model } });
      expect(response.status).toBe(status);
      if (code !== null) expect(response.json().error.code).toBe(code);
    },
  );

  test('a request that uses no model needs no right to one', async () => {
    expect((await gateway.send({ path: '/plain/v1/files', headers: as('mini') })).status).toBe(200);
  });

  test('the rights are about the name that the client uses', async () => {
    expect((await ask('mini', 'smart')).status).toBe(403);
    expect((await ask('mini', 'claude-sonnet-4')).status).toBe(403);
    expect((await ask('mini', 'fast')).headers['x-mock-server']).toBe('llama');
  });

  test('a wrong key learns nothing about models', async () => {
    const headers = { Authorization: 'Bearer oc-wrong-0123456789' };
    for (const model of ['gpt-4o', 'none']) {
      const response = await gateway.send({ path: '/v1/chat/completions', headers, json: { model } });
      expect(response.status).toBe(401);
    }
  });

  test('whoever may use some upstreams is served by those alone, in a fallback too', async () => {
    expect((await ask('local', 'gpt-4o')).headers['x-mock-server']).toBe('openai');
    expect((await ask('local', 'smart')).headers['x-mock-server']).toBe('openai');
    servers.of.openai.behave({ status: 500 });
    const counts = await servers.countOf(async () => {
      expect((await ask('local', 'fast', '/safe')).headers['x-mock-server']).toBe('llama');
      expect((await ask('everything', 'fast', '/safe')).headers['x-mock-server']).toBe('claude');
    });
    expect(counts).toEqual({ openai: 2, llama: 1, claude: 1 });
    await servers.of.llama.refuse();
    const onlyOwn = await servers.countOf(async () => {
      expect((await ask('local', 'fast')).status).toBe(502);
    });
    expect(onlyOwn.claude).toBe(0);
  });

  describe('the list of models', () => {
    const list = async (client: Client, path = '/v1/models') => {
      const response = await gateway.send({ path, headers: as(client) });
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toBe('application/json');
      return response.json();
    };
    const idsOf = async (client: Client): Promise<string[]> =>
      (await list(client)).data.map(({ id }: { id: string }) => id);

    test('has what the caller may use, and no patterns', async () => {
      const all = ['fast', 'gpt-4o', 'gpt-4o-mini', 'smart'];
      expect(await idsOf('everything')).toEqual(['fast', 'gpt-4o', 'gpt-4o-mini', 'opus', 'smart']);
      expect(await idsOf('mini')).toEqual(['fast', 'gpt-4o-mini']);
      expect(await idsOf('local')).toEqual(all);
      expect(await idsOf('nothing')).toEqual([]);
      const counts = await servers.countOf(() => idsOf('everything'));
      expect(counts).toEqual({ llama: 0, claude: 0, openai: 0 });
    });

    test('in each format', async () => {
      expect(await list('mini')).toEqual({
        object: 'list',
        data: ['fast', 'gpt-4o-mini'].map((id) => ({ id, object: 'model', created: 0, owned_by: 'openclaw' })),
      });
      const anthropic = await list('mini', '/anthropic/v1/models');
      expect(anthropic).toMatchObject({ has_more: false, first_id: 'fast', last_id: 'gpt-4o-mini' });
      expect(await list('nothing', '/anthropic/v1/models')).toMatchObject({ data: [], first_id: null });
      expect(await list('mini', '/v1beta/models')).toEqual({
        models: [{ name: 'models/fast' }, { name: 'models/gpt-4o-mini' }],
      });
    });

    test('is for those who may call, and for GET', async () => {
      expect((await gateway.send({ path: '/v1/models' })).status).toBe(401);
      const posted = await gateway.send({ path: '/v1/models', method: 'POST', headers: as('mini'), body: '{}' });
      expect(posted.status).toBe(405);
      expect(posted.headers.allow).toBe('GET, HEAD');
      const head = await gateway.send({ path: '/v1/models', method: 'HEAD', headers: as('mini') });
      expect([head.status, head.text]).toEqual([200, '']);
      const open = await gateway.send({ path: '/open/models' });
      expect(open.json().data).toHaveLength(5);
    });
  });
});
