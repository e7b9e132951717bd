import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
beforeEach(() => upstream.behave({}));
afterAll(() => upstream.close());

const keys = {
  restricted: 'oc-restricted-0123456789abcdef',
  free: 'oc-free-0123456789abcdef0123456',
  team: 'oc-team-0123456789abcdef0123456',
} as const;
const chat = '/v1/chat/completions';

describe.each(nginxReleases)('models that a request does not show, on nginx %s', (release) => {
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
  own: { provider: vllm, servers: [${server}] }
models: { fast: a, other: b }
key_maps:
  apps:
    clients:
      - { id: restricted, key: "${hashOf(keys.restricted)}", models: [fast, both] }
      - { id: free, key: "${hashOf(keys.free)}" }
  teams: { from: header X-Team-Key, clients: [{ id: team, key: "${hashOf(keys.team)}", models: [other, both] }] }
routes:
  - { path: =/v1/responses, match: { method: GET }, auth: apps, upstream: a, websocket: true }
  - { path: /v1/, auth: apps, upstream: a }
  - { path: /sockets/, auth: apps, upstream: a, websocket: true, strip_prefix: /sockets }
  - { path: /safe/, auth: apps, upstream: a, fallback: b, websocket: true, strip_prefix: /safe }
  - { path: /split/, auth: apps, split: { a: 50%, b: 50% }, websocket: true, strip_prefix: /split }
  - { path: /table/, auth: apps, upstream: by_model, websocket: true, strip_prefix: /table }
  - { path: /own/, auth: apps, upstream: own, websocket: true, strip_prefix: /own }
  - { path: /mixed/, auth: apps, upstream: a, fallback: own, websocket: true, strip_prefix: /mixed }
  - { path: /both/, auth: { all: [apps, teams] }, upstream: a, strip_prefix: /both }
  - { path: /pick/, auth: apps, match: { model: fast }, upstream: a, websocket: true, strip_prefix: /pick }
  - { path: /pick/, auth: apps, upstream: b, websocket: true, strip_prefix: /pick }
  - { path: =/set/files, auth: apps, upstream: a, set_path: ${chat} }
  - { path: =/set/safe/files, auth: apps, upstream: a, fallback: b, set_path: ${chat} }
  - { path: /strip/v1/files, auth: apps, upstream: a, fallback: b, strip_prefix: /strip/v1/files, add_prefix: ${chat} }
  - { path: =/set/chat, auth: apps, upstream: a, set_path: /v1/batches }
`,
    });
  });
  afterAll(() => gateway?.stop());

  type Client = 'restricted' | 'free';
  const as = (client: Client) => ({ Authorization: `Bearer ${keys[client]}` });

  /** `passed` when the upstream got it, else the status and the code of the refusal. */
  async function outcomeOf(send: () => Promise<{ status: number; text: string }>): Promise<string> {
    const seen = upstream.requests.length;
    const { status, text } = await send();
    const passed = upstream.requests.length > seen;
    expect(passed).toBe(status < 400);
    return passed ? 'passed' : `${status} ${JSON.parse(text).error.code}`;
  }
  const ask = (path: string, json: unknown, client: Client = 'restricted') =>
    outcomeOf(() => gateway.send({ path, headers: as(client), json }));
  const shake = (path: string, client: Client = 'restricted') =>
    outcomeOf(
      () =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}${path}`, [], { headers: as(client) });
          socket.on('open', () => {
            socket.close();
            resolve({ status: 101, text: '' });
          });
          socket.on('unexpected-response', (_, response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (piece: string) => {
              text += piece;
            });
            response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          });
          socket.on('error', reject);
        }),
    );

  test.each<[path: string, want: string]>([
    ['/v1/responses', '403 model_not_named'],
    ['/v1/responses?model=fast', '403 model_not_visible'],
    ['/sockets/v1/responses?model=fast', '403 model_not_visible'],
    ...['/sockets', '/safe', '/split', '/table', '/pick'].flatMap((prefix): [string, string][] => [
      [`${prefix}/v1/realtime`, '403 model_not_named'],
      [`${prefix}/v1/realtime?model=fast`, 'passed'],
      [`${prefix}/v1/realtime?model=other`, '403 model_not_allowed'],
      [`${prefix}/v1/realtime?model=fast&model=other`, '400 duplicate_model'],
      [`${prefix}/v1/realtime?model=fast&call_id=rtc_1`, '403 model_not_visible'],
      [`${prefix}/v1/realtime?model=fast&d%65ployment=other`, '403 model_not_visible'],
      [`${prefix}/v1/files?model=fast`, '403 model_not_visible'],
      [`${prefix}/v1/files`, '403 model_not_named'],
    ]),
    ['/own/v1/realtime?model=fast', '403 model_not_visible'],
    ['/mixed/v1/realtime?model=fast', '403 model_not_visible'],
  ])('a websocket at %s: %s', async (path, want) => {
    expect(await shake(path)).toBe(want);
  });

  test.each([
    '/v1/responses',
    '/sockets/v1/responses?model=other',
    '/safe/v1/realtime',
    '/own/v1/realtime?model=other',
    '/table/v1/realtime?model=other',
  ])('who is not restricted opens any websocket: %s', async (path) => {
    expect(await shake(path, 'free')).toBe('passed');
  });

  test('where a route lets no websockets through, a handshake is a request like others', async () => {
    const headers = { ...as('restricted'), Connection: 'Upgrade', Upgrade: 'websocket' };
    expect(await outcomeOf(() => gateway.send({ path: '/v1/realtime', headers }))).toBe('passed');
  });

  test.each<[what: string, json: object]>([
    ['a schema', { tools: [{ type: 'function', function: { name: 'a', parameters: schema('model') } }] }],
    ['a schema of Anthropic', { tools: [{ name: 'a', input_schema: schema('model') }] }],
    ['a schema of an answer', { response_format: { type: 'json_schema', json_schema: { schema: schema('models') } } }],
    [
      'what a tool was called with',
      { messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'a', input: { model: 'T' } }] }] },
    ],
    [
      'what a function was called with',
      { contents: [{ parts: [{ functionCall: { name: 'a', args: { model: 'T' } } }] }] },
    ],
    ['labels', { metadata: { model: 'T', agent_id: 'a' } }],
    ['documents', { documents: [{ data: { model: 'T' } }] }],
    ['text', { messages: [{ role: 'user', content: '{"model":"other"}' }] }],
    ['the role of Gemini', { contents: [{ role: 'model', parts: [] }] }],
    ['a prompt that is text', { prompt: 'a' }],
    ['what is not there', { prompt: null, agent_id: null, preset: null, moderation: null }],
    ['a choice of a tool', { tool_choice: { type: 'image_generation' } }],
    ['a deeper model that is allowed', { tools: [{ type: 'image_generation', model: 'both' }] }],
  ])('%s is the caller’s own', async (_what, json) => {
    expect(await ask(chat, { model: 'fast', ...json })).toBe('passed');
    expect(await ask('/v1/responses', { ...json, model: 'fast' })).toBe('passed');
  });

  test.each<[what: string, body: string, want: string]>([
    ['an escaped key', '{"model":"fast","tools":[{"m\\u006fdel":"other"}]}', '403 model_not_allowed'],
    ['an escaped model', '{"model":"fast","tools":[{"model":"\\u006fther"}]}', '403 model_not_allowed'],
    ['a key in another case', '{"model":"fast","tools":[{"Model":"other"}]}', '403 model_not_allowed'],
    ['the first of two', '{"model":"fast","tools":[{"model":"other","model":"fast"}]}', '403 model_not_allowed'],
    ['the last of two', '{"model":"fast","tools":[{"model":"fast","model":"other"}]}', '403 model_not_allowed'],
    ['a prototype', '{"model":"fast","tools":[{"__proto__":{"model":"other"}}]}', '403 model_not_allowed'],
    ['an escape of what is free', '{"model":"fast","m\\u0065tadata":{"model":"other"}}', '403 model_not_allowed'],
    ['one of a list', '{"model":"fast","plugins":[{"analysis_models":["fast","other"]}]}', '403 model_not_allowed'],
    ['an object', '{"model":"fast","agents":[{"model":{"id":"other"}}]}', '403 model_not_allowed'],
    ['after what is free', '{"model":"fast","a":{"properties":{"x":1},"model":"other"}}', '403 model_not_allowed'],
    ['no text of UTF-8', '{"model":"fast","a":{"model":"\\ud800"}}', '400 invalid_model'],
    ['space', '{ "model" : "fast" , "a" : [ { "model" : "other" } ] }', '403 model_not_allowed'],
    ['a hidden key in another case', '{"model":"fast","Input_File_ID":"a"}', '403 model_not_visible'],
    ['an escaped hidden key', '{"model":"fast","input_file_\\u0069d":"a"}', '403 model_not_visible'],
    ['a tool twice', '{"model":"fast","tools":[{"type":"image_generation","type":"a"}]}', '403 model_not_named'],
    ['a far model', `{"model":"fast","a":"${'x'.repeat(1_500_000)}","b":{"model":"other"}}`, '403 model_not_allowed'],
  ])('%s', async (_what, body, want) => {
    for (const prefix of ['', '/safe', '/pick'])
      expect(await outcomeOf(() => gateway.send({ path: `${prefix}${chat}`, headers: as('restricted'), body }))).toBe(
        want,
      );
    expect(await outcomeOf(() => gateway.send({ path: chat, headers: as('free'), body }))).toBe('passed');
  });

  test.each<[what: string, requests: string, want: string]>([
    ['each names its own', '[{"params":{"model":"fast"}},{"params":{"model":"both"}}]', 'passed'],
    ['one asks for another', '[{"params":{"model":"fast"}},{"params":{"model":"other"}}]', '403 model_not_allowed'],
    ['one names none', '[{"params":{"model":"fast"}},{"params":{}}]', '403 model_not_named'],
    ['one names two parameters', '[{"params":{"model":"fast"},"params":{}}]', '403 model_not_named'],
    ['two for one', '[{"params":{"model":"fast"},"params":{"model":"fast"}},{}]', '403 model_not_named'],
    ['none', '[]', '403 model_not_named'],
    ['an object', '{"params":{"model":"fast"}}', '403 model_not_named'],
  ])('a batch: %s', async (_what, requests, want) => {
    for (const body of [`{"requests":${requests}}`, `{"model":"fast","requests":${requests}}`])
      expect(
        await outcomeOf(() => gateway.send({ path: '/v1/messages/batches', headers: as('restricted'), body })),
      ).toBe(want);
  });

  test('of two keys that must both be there, each restricts what stands deeper', async () => {
    const both = (model: string) =>
      outcomeOf(() =>
        gateway.send({
          path: `/both${chat}`,
          headers: { ...as('restricted'), 'X-Team-Key': keys.team },
          json: { model: 'both', moderation: { model } },
        }),
      );
    expect(await both('both')).toBe('passed');
    expect(await both('fast')).toBe('403 model_not_allowed');
    expect(await both('other')).toBe('403 model_not_allowed');
  });

  test.each<[options: object, want: string]>([
    [{ method: 'GET' }, 'passed'],
    [{ method: 'HEAD' }, 'passed'],
    [{ method: 'DELETE' }, 'passed'],
    [{ method: 'POST' }, '403 model_not_named'],
    [{ method: 'PUT', body: '{}' }, '403 model_not_named'],
    [{ method: 'PATCH', body: '{}' }, '403 model_not_named'],
    [{ method: 'PATCH', body: '{"model":"fast"}' }, 'passed'],
    [{ method: 'QUERY', body: '{"model":"other"}' }, '403 model_not_allowed'],
    [{ method: 'GET', body: '{}' }, '403 model_not_named'],
    [{ method: 'DELETE', body: '{"model":"other"}' }, '403 model_not_allowed'],
    [{ method: 'GET', path: '/v1/a?model=other' }, '403 model_not_allowed'],
    [{ method: 'GET', path: '/v1/a?_method=POST' }, '403 model_not_named'],
    [{ method: 'GET', path: '/v1/a?$http%4Dethod=POST' }, '403 model_not_named'],
    [{ method: 'GET', path: '/v1/a?after=a%2Fb&x=method' }, 'passed'],
    [{ method: 'GET', headers: { 'X-HTTP-Method-Override': 'POST' } }, '403 model_not_named'],
    [{ method: 'GET', headers: { 'X-Method-Override': 'POST' } }, '403 model_not_named'],
    [{ method: 'POST', path: '/v1/files', headers: { 'X-HTTP-Method': 'PUT' } }, '403 model_not_named'],
  ])('%j: %s', async (options, want) => {
    const { headers = {}, ...rest } = options as { headers?: Record<string, string> };
    for (const prefix of ['', '/safe']) {
      const path = `${prefix}${'path' in rest ? rest.path : '/v1/a'}`;
      const seen = upstream.requests.length;
      const { status, text } = await gateway.send({ ...rest, path, headers: { ...as('restricted'), ...headers } });
      const passed = upstream.requests.length > seen;
      expect(passed ? 'passed' : `${status} ${JSON.parse(text).error.code}`).toBe(want);
    }
  });

  test('uploads pass whatever they are made of', async () => {
    const seen = upstream.requests.length;
    const body = Buffer.from([0, 1, 2, 255]);
    const path = '/upload/v1beta/files?upload_id=a';
    for (const prefix of ['/sockets', '/safe']) {
      const response = await gateway.send({ path: `${prefix}${path}`, headers: as('restricted'), body });
      expect(response.status).toBe(200);
    }
    expect(upstream.requests.slice(seen).map(({ url }) => url)).toEqual([path, path]);
  });

  test.each(['/v1/files/', '/v1/Files', '/v1/files;a', '/v1/chat;/files', '/v1/chat%3F/files'])(
    '%s is no place for files',
    async (path) => {
      expect(await ask(path, { purpose: 'batch' })).toBe('403 model_not_named');
    },
  );

  test('neither is a path that some servers read otherwise', async () => {
    expect(await ask('/v1/a%5Cfiles', { purpose: 'batch' })).toBe('400 ambiguous_request');
  });

  test.each(['/v1/batches/', '/v1/BATCHES', '/v1//batches', '/v1/x/../batches', '/v1/batches;a=b', '/v1/%62atches'])(
    '%s is a place for batches',
    async (path) => {
      expect(await ask(path, { model: 'fast' })).toBe('403 model_not_visible');
    },
  );

  test.each<[path: string, want: string]>([
    ['/set/files', '403 model_not_named'],
    ['/set/safe/files', '403 model_not_named'],
    ['/strip/v1/files', '403 model_not_named'],
    ['/set/chat', '403 model_not_visible'],
  ])('the path of the upstream counts: %s', async (path, want) => {
    expect(await ask(path, { messages: [] })).toBe(want);
    expect(await ask(path, { model: 'fast' })).toBe(path === '/set/chat' ? want : 'passed');
  });

  test.each(['safety_model', 'tools[0][model]', 'agent_id', 'Models', 'deployment'])(
    'a form with the field %s',
    async (field) => {
      const fields = [
        ['model', 'fast'],
        [field, 'other'],
      ] as const;
      const body = `${fields.map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--b--\r\n`;
      const send = (client: Client) =>
        outcomeOf(() =>
          gateway.send({
            path: '/v1/images/edits',
            headers: { ...as(client), 'Content-Type': 'multipart/form-data; boundary=b' },
            body,
          }),
        );
      expect(await send('restricted')).toMatch(/^403 model_not_visible$|^400 models_not_supported$/);
      expect(await send('free')).toBe('passed');
    },
  );
});

function schema(name: string): object {
  return {
    type: 'object',
    properties: { [name]: { type: 'string', enum: ['T'], default: 'T' }, nested: { properties: { [name]: {} } } },
    required: [name],
    $defs: { [name]: { const: { [name]: 'T' } } },
  };
}
