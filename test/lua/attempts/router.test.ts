import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Response, request } from '../../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { type RoutedGateway, startRoutedGateway } from './routed-gateway.ts';

const limits = `tries = 4, within = 60, on = { connect = true, reset = true, timeout = true }, statuses = { 429, 500, 503 }`;

const data = `routes = {
    any = { destination = "by_model", fallback = { { upstream = "azure" }, { upstream = "llama" } }, ${limits} },
    one = { destination = "upstream", targets = { { upstream = "openai" } }, fallback = { { upstream = "llama" } }, ${limits} },
    split = { destination = "split", side = "openclaw_side_1", fallback = { { upstream = "azure" } }, ${limits} },
  },
  models = {
    { name = "fast", targets = { { upstream = "llama" } } },
    { name = "smart", targets = { { upstream = "claude", model = "claude-sonnet-4" }, { upstream = "azure" } } },
    { name = "twin", targets = { { upstream = "claude", model = "same" }, { upstream = "azure", model = "same" } } },
    { name = "gpt-*", targets = { { upstream = "openai" } } },
    { name = "gpt-*-mini", targets = { { upstream = "azure", model = "mini" } } },
    { name = "gpt-4o-mini", targets = { { upstream = "claude" } } },
    { name = "*-b", targets = { { upstream = "azure" } } },
    { name = "a-*", targets = { { upstream = "openai" } } },
    { name = "a*b*c", targets = { { upstream = "claude" } } },
    { name = "e*fg*g", targets = { { upstream = "claude" } } },
    { name = "h-*-h", targets = { { upstream = "claude" } } },
  },`;

const callers = `{
  cheap = { models = { "fast", "gpt-*" } },
  narrow = { upstreams = { azure = true } },
  elsewhere = { upstreams = { other = true } },
}`;

/** A path that two routes share, of which one handles models of its own; the other one is not routed. */
const shared = `map $openclaw_model $openclaw_handler { "~^gpt-" @picked; default @plain; }`;
const sharedLocations = `
  location = /shared/v1/chat/completions {
    set $openclaw_plan ""; set $openclaw_model ""; set $openclaw_next "";
    rewrite_by_lua_block { require("openclaw.attempts.router").pick("openclaw_handler") }
  }
  location @picked {
    set $openclaw_route one; set $openclaw_uri /one/v1/chat/completions; set $openclaw_args $args;
    access_by_lua_block {
      local name = ngx.var.http_x_caller
      return require("openclaw.attempts.router").start("one", name, nil, require("callers")[name])
    }
  }
  location @plain {
    access_by_lua_block { require("openclaw.attempts.router").permit(require("callers")[ngx.var.http_x_caller]) }
    rewrite ^ /plain break;
    add_header X-Model $openclaw_model always;
    proxy_pass http://azure;
  }
  location ^~ /plain/ {
    set $openclaw_plan ""; set $openclaw_model "";
    access_by_lua_block { require("openclaw.attempts.router").permit(require("callers")[ngx.var.http_x_caller]) }
    add_header X-Model $openclaw_model always;
    proxy_pass http://azure;
  }
  location ^~ /anthropic/ { set $openclaw_api anthropic; rewrite ^/anthropic(.*)$ $1 last; }`;

describe.each(['1.22', '1.30'] as const)('the router on nginx %s', (release) => {
  const mocks: Record<string, MockModelServer> = {};
  let gateway: RoutedGateway;

  beforeAll(async () => {
    for (const name of ['openai', 'claude', 'azure', 'llama']) mocks[name] = await startMockModelServer({ name });
    gateway = await startRoutedGateway({
      release,
      upstreams: Object.fromEntries(
        Object.values(mocks).map(({ name, port }) => [
          name,
          { ports: [port], ...(name === 'claude' ? { basePath: '/base' } : {}) },
        ]),
      ),
      routes: ['any', 'one', 'split'],
      data,
      callers,
      http: `map $http_x_canary $openclaw_side_1 { yes openai; default claude; } ${shared}`,
      server: sharedLocations,
    });
  });
  afterAll(async () => {
    await gateway?.stop();
    for (const server of Object.values(mocks)) await server.close();
  });
  beforeEach(() => {
    for (const server of Object.values(mocks)) {
      server.behave({});
      server.requests.length = 0;
    }
  });

  const post = (route: string, json: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    request({ port: gateway.port, path: `/${route}/v1/chat/completions`, json, headers });
  const server = (name: string) => mocks[name] as MockModelServer;
  const models = (name: string) => server(name).requests.map(({ body }) => JSON.parse(body.toString()).model);
  const refusal = (answer: Response) => [answer.status, answer.json().error.code];

  test.each([
    ['fast', 'llama', 'fast'],
    ['smart', 'claude', 'claude-sonnet-4'],
    ['gpt-5', 'openai', 'gpt-5'],
    ['gpt-', 'openai', 'gpt-'],
    ['gpt-5-mini', 'azure', 'mini'],
    ['gpt-4o-mini', 'claude', 'gpt-4o-mini'],
    ['a-x-b', 'azure', 'a-x-b'],
    ['abc', 'claude', 'abc'],
    ['axxbyycbc', 'claude', 'axxbyycbc'],
  ])('model `%s` is served by %s as `%s`', async (model, upstream, want) => {
    const answer = await post('any', { model, messages: [] });
    expect([answer.status, answer.json().mock.name, answer.headers['x-model']]).toEqual([200, upstream, model]);
    expect(models(upstream)).toEqual([want]);
  });

  test.each(['unknown', 'fas', 'fast2', 'Fast', 'xgpt-5', 'acb', 'ab', '-b/../c', 'axc', 'efg', 'h-h'])(
    'model `%s` is not there',
    async (model) => {
      expect(refusal(await post('any', { model }))).toEqual([404, 'model_not_found']);
    },
  );

  test('repeats no more of a foreign name than helps, and nothing that breaks its answer', async () => {
    const hostile = await post('any', { model: '"},"admin":true,{"<script>' });
    expect(hostile.json().error.message).toBe(
      'The model \'"},"admin":true,{"<script>\' does not exist or is not served here.',
    );
    const long = await post('any', { model: `${'x'.repeat(61)}${'🙂'.repeat(40)}` });
    expect(long.json().error.message).toBe(`The model '${'x'.repeat(61)}...' does not exist or is not served here.`);
    expect(
      (await request({ port: gateway.port, path: '/anthropic/any/', json: { model: 'nope' } })).json().error.type,
    ).toBe('not_found_error');
  });

  test('a model falls back to its own targets, then to those of the route, to none twice', async () => {
    server('claude').behave({ status: 503 });
    server('azure').behave({ status: 503 });
    const answer = await post('any', { model: 'smart' });
    expect([answer.status, answer.json().mock.name]).toEqual([200, 'llama']);
    expect(['claude', 'azure', 'llama'].map(models)).toEqual([['claude-sonnet-4'], ['smart'], ['smart']]);
  });

  test.each([
    ['no model', { messages: [] }, 'model_required'],
    ['two models', '{"model":"fast","model":"smart"}', 'duplicate_model'],
    ['further models', { model: 'fast', models: ['smart'] }, 'models_not_supported'],
    ['further models by another name', { model: 'fast', fallbacks: ['smart'] }, 'models_not_supported'],
    ['no JSON', 'model=fast', 'invalid_json'],
  ])('a request with %s gets 400', async (_, body, code) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await request({ port: gateway.port, path: '/any/v1/chat/completions', body: text });
    expect(refusal(answer)).toEqual([400, code]);
  });

  test('without a body there is no model either', async () => {
    const get = (path: string) => request({ port: gateway.port, path });
    expect(refusal(await get('/any/v1/files'))).toEqual([400, 'model_required']);
    expect((await get('/any/v1/realtime?model=smart&x=1')).json().mock.name).toBe('claude');
    expect(server('claude').requests[0]?.url).toBe('/base/any/v1/realtime?x=1&model=claude-sonnet-4');
  });

  test.each([
    ['smart', ['claude-sonnet-4', 'smart', 'smart']],
    ['twin', ['same', 'same', 'twin']],
  ])('a query names the right model to each upstream (%s)', async (model, want) => {
    server('claude').behave({ status: 503 });
    server('azure').behave({ status: 503 });
    await request({ port: gateway.port, path: `/any/v1/realtime?x=1&model=${model}` });
    const queries = ['claude', 'azure', 'llama'].map((name) => server(name).requests[0]?.url.split('?')[1]);
    expect(queries).toEqual(want.map((name) => `x=1&model=${name}`));
  });

  test('a path names the right model to each upstream', async () => {
    server('claude').behave({ status: 503 });
    server('azure').behave({ status: 503 });
    await request({
      port: gateway.port,
      path: '/any/v1beta/models/smart:generateContent?alt=sse',
      json: { contents: [], model: 'models/smart' },
    });
    expect(['claude', 'azure', 'llama'].map((name) => server(name).requests[0]?.url)).toEqual([
      '/base/any/v1beta/models/claude-sonnet-4:generateContent?alt=sse',
      '/any/v1beta/models/smart:generateContent?alt=sse',
      '/any/v1beta/models/smart:generateContent?alt=sse',
    ]);
    expect(['claude', 'azure', 'llama'].map(models)).toEqual([
      ['models/claude-sonnet-4'],
      ['models/smart'],
      ['models/smart'],
    ]);
  });

  test('a split goes to the side that its variable names, whose failure goes to the fallback', async () => {
    expect((await post('split', {})).json().mock.name).toBe('claude');
    expect((await post('split', {}, { 'x-canary': 'yes' })).json().mock.name).toBe('openai');
    server('openai').behave({ drop: true });
    expect((await post('split', {}, { 'x-canary': 'yes' })).json().mock.name).toBe('azure');
  });

  test('a body is not looked at where no model matters', async () => {
    const answer = await request({
      port: gateway.port,
      path: '/one/v1/chat/completions',
      body: '{"model":1,"model":2',
    });
    expect(answer.status).toBe(200);
    expect(server('openai').requests[0]?.body.toString()).toBe('{"model":1,"model":2');
  });

  test.each(['any', 'one', 'plain', 'shared'])('a caller may use its models and no others (%s)', async (route) => {
    const as = (caller: string, json: unknown) => post(route, json, { 'x-caller': caller });
    expect((await as('cheap', { model: 'gpt-5' })).status).toBe(200);
    expect(refusal(await as('cheap', { model: 'smart' }))).toEqual([403, 'model_not_allowed']);
    expect(refusal(await as('cheap', { model: 'GPT-5' }))[0]).toBe(403);
    expect(refusal(await as('cheap', { model: 'fast', models: ['smart'] }))).toEqual([400, 'models_not_supported']);
    const unnamed = route === 'any' ? [400, 'model_required'] : [403, 'model_not_named'];
    expect(refusal(await as('cheap', { messages: [] }))).toEqual(unnamed);
    expect((await as('free', { model: 'smart' })).status).toBe(200);
    const reached = Object.values(mocks).flatMap(({ requests }) =>
      requests.map(({ body }) => JSON.parse(body.toString())),
    );
    expect(reached.map(({ model }) => model).filter((model) => model !== 'gpt-5')).toHaveLength(1);
  });

  test.each(['one', 'plain'])('a caller with models of its own may ask for what needs none (%s)', async (route) => {
    const answer = await request({ port: gateway.port, path: `/${route}/v1/files`, headers: { 'x-caller': 'cheap' } });
    expect(answer.status).toBe(200);
  });

  test('a caller reaches its upstreams and no others', async () => {
    const as = (caller: string, route: string, json: unknown) => post(route, json, { 'x-caller': caller });
    expect((await as('narrow', 'any', { model: 'smart' })).json().mock.name).toBe('azure');
    expect((await as('narrow', 'any', { model: 'fast' })).json().mock.name).toBe('azure');
    expect((await as('narrow', 'split', {})).json().mock.name).toBe('azure');
    expect(refusal(await as('narrow', 'one', {}))).toEqual([403, 'upstream_not_allowed']);
    for (const route of ['any', 'one', 'split']) {
      expect(refusal(await as('elsewhere', route, { model: 'fast' }))).toEqual([403, 'upstream_not_allowed']);
    }
    server('azure').behave({ status: 503 });
    expect((await as('narrow', 'any', { model: 'smart' })).status).toBe(503);
    expect(['openai', 'claude', 'llama'].flatMap((name) => server(name).requests)).toEqual([]);
  });

  test('the model decides which route handles a path', async () => {
    const picked = await post('shared', { model: 'gpt-5', pad: 'x'.repeat(1_500_000) });
    expect([picked.json().mock.name, picked.headers['x-model']]).toEqual(['openai', 'gpt-5']);
    expect(server('openai').requests[0]?.body.length).toBeGreaterThan(1_500_000);
    expect((await post('shared', { model: 'other' })).json()).toMatchObject({ url: '/plain', name: 'azure' });
    expect((await post('shared', {})).json()).toMatchObject({ name: 'azure' });
    expect(refusal(await post('shared', { model: '' }))).toEqual([400, 'invalid_model']);
  });
});
