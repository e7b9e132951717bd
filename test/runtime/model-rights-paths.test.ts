import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const keys = { restricted: 'oc-restricted-0123456789abcdef', free: 'oc-free-0123456789abcdef0123456' } as const;
const deployment = '/openai/deployments/big';

describe.each(nginxReleases)('models in the paths that upstreams get, on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const server = `"127.0.0.1:${upstream.port}"`;
    gateway = await startGateway({
      release,
      ports: [port],
      secrets: Object.values(keys),
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  a: [${server}]
  b: [${server}]
  based: { servers: [${server}], base_path: ${deployment} }
  azure: { servers: [${server}], base_path: /openai }
models: { fast: based, quick: azure, other: b }
key_maps:
  apps:
    clients:
      - { id: restricted, key: "${hashOf(keys.restricted)}", models: [fast, quick] }
      - { id: free, key: "${hashOf(keys.free)}" }
routes:
  - { path: =/set/one, auth: apps, upstream: a, set_path: ${deployment}/chat/completions }
  - { path: =/set/safe, auth: apps, upstream: a, fallback: b, set_path: ${deployment}/chat/completions }
  - { path: =/set/split, auth: apps, split: { a: 50%, b: 50% }, set_path: ${deployment}/chat/completions }
  - { path: =/set/gemini, auth: apps, upstream: a, fallback: b, set_path: "/v1beta/models/big:generateContent" }
  - { path: "=/v1beta/models/fast:generateContent", auth: apps, upstream: a, fallback: b, set_path: "/v1beta/models/big:generateContent" }
  - { path: /add/, auth: apps, upstream: a, fallback: b, strip_prefix: /add, add_prefix: ${deployment} }
  - { path: /based/, auth: apps, upstream: based, fallback: a, strip_prefix: /based }
  - { path: /named/, auth: apps, upstream: a, fallback: { upstream: based, as: big }, strip_prefix: /named }
  - { path: /second/, auth: apps, upstream: a, fallback: based, retry: { on: [500] }, strip_prefix: /second }
  - { path: /own/, auth: apps, upstream: azure, fallback: a, strip_prefix: /own }
  - { path: /table/, auth: apps, upstream: by_model, strip_prefix: /table }
  - { path: /pick/, auth: apps, match: { model: fast }, upstream: based, strip_prefix: /pick }
  - { path: /pick/, auth: apps, upstream: azure, strip_prefix: /pick }
`,
    });
  });
  afterAll(() => gateway?.stop());

  /** The path that the upstream got last, else the status and the code of the refusal. */
  async function ask(path: string, model: string, client: keyof typeof keys = 'restricted'): Promise<string> {
    const headers = { Authorization: `Bearer ${keys[client]}` };
    const { response, received } = await exchange(gateway, upstream, { path, headers, json: { model } });
    return received?.url ?? `${response.status} ${response.json().error.code}`;
  }

  test.each([
    '/set/safe',
    '/set/split',
    '/set/gemini',
    '/v1beta/models/fast:generateContent',
    '/add/chat/completions',
    '/based/chat/completions',
    '/own/deployments/big/chat/completions',
  ])('%s makes another model work than its body says', async (path) => {
    expect(await ask(path, 'fast')).toBe('403 model_not_allowed');
    expect(await ask(path, 'fast', 'free')).toContain('big');
  });

  test('what a single upstream gets is read as one request', async () => {
    expect(await ask('/set/one', 'fast')).toBe('400 model_mismatch');
    expect(await ask('/set/one', 'big')).toBe('403 model_not_allowed');
  });

  test('who chooses the model by its name does not choose another one by the path', async () => {
    expect(await ask('/table/deployments/big/chat/completions', 'quick')).toBe('403 model_not_allowed');
    expect(await ask('/pick/deployments/big/chat/completions', 'quick')).toBe('403 model_not_allowed');
    expect(await ask('/table/deployments/quick/chat/completions', 'quick')).toBe(
      '/openai/deployments/quick/chat/completions',
    );
  });

  test('where the spec gives a name its deployment, the name counts', async () => {
    expect(await ask('/table/chat/completions', 'fast')).toBe(`${deployment}/chat/completions`);
    expect(await ask('/pick/chat/completions', 'fast')).toBe(`${deployment}/chat/completions`);
    expect(await ask('/named/chat/completions', 'fast')).toBe('/chat/completions');
    expect(await ask('/table/chat/completions', 'other')).toBe('403 model_not_allowed');
  });

  test('a fallback makes no other model work either', async () => {
    upstream.behave({ status: 500 });
    const seen = upstream.requests.length;
    expect(await ask('/second/chat/completions', 'fast')).toBe('/chat/completions');
    expect(upstream.requests.slice(seen).map(({ url }) => url)).toEqual(['/chat/completions']);
    expect(await ask('/named/chat/completions', 'fast')).toBe('/chat/completions');
    expect(upstream.requests.at(-1)?.url).toBe(`${deployment}/chat/completions`);
    upstream.behave({});
  });

  test.each<[path: string, want: string]>([
    ['/add/files', `${deployment}/files`],
    ['/own/v1/files', '/openai/v1/files'],
    ['/own/deployments/fast/chat/completions', '/openai/deployments/fast/chat/completions'],
  ])('%s by a caller who is restricted', async (path, want) => {
    expect(await ask(path, 'fast')).toBe(want);
  });
});
