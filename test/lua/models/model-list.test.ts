import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from '../../helpers/http-client.ts';
import { type RoutedGateway, startRoutedGateway } from '../attempts/routed-gateway.ts';

const list = (api: string) => `location = /${api}/models {
  set $openclaw_api ${api};
  access_by_lua_block {
    return require("openclaw.models.model_list").answer(require("callers")[ngx.var.http_x_caller])
  }
}`;

describe.each(['1.22', '1.30'] as const)('the list of models on nginx %s', (release) => {
  let gateway: RoutedGateway;

  beforeAll(async () => {
    gateway = await startRoutedGateway({
      release,
      upstreams: {},
      routes: [],
      data: `models = {
        { name = "smart", targets = { { upstream = "claude", model = "claude-sonnet-4" }, { upstream = "openai" } } },
        { name = "fast", targets = { { upstream = "llama" } } },
        { name = "gpt-*", targets = { { upstream = "openai" } } },
        { name = "Odd \\"name\\"", targets = { { upstream = "llama" } } },
      },`,
      callers: `{
        mobile = { models = { "f*", "gpt-4o" } },
        partner = { upstreams = { openai = true } },
        both = { models = { "smart", "fast" }, upstreams = { claude = true } },
        nobody = { models = { "none" } },
      }`,
      server: ['openai', 'anthropic', 'gemini'].map(list).join('\n'),
    });
  });
  afterAll(() => gateway?.stop());

  const get = (api: string, caller?: string, method = 'GET') =>
    request({
      port: gateway.port,
      path: `/${api}/models`,
      method,
      headers: caller === undefined ? {} : { 'x-caller': caller },
    });

  test.each<[string | undefined, string[]]>([
    [undefined, ['Odd "name"', 'fast', 'smart']],
    ['mobile', ['fast']],
    ['partner', ['smart']],
    ['both', ['smart']],
    ['nobody', []],
  ])('for %s names what may be used, sorted, and no patterns', async (caller, want) => {
    const answer = await get('openai', caller);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
    expect(answer.json()).toEqual({
      object: 'list',
      data: want.map((id) => ({ id, object: 'model', created: 0, owned_by: 'openclaw' })),
    });
  });

  test('speaks as the API of the route does', async () => {
    const model = { type: 'model', created_at: '1970-01-01T00:00:00Z' };
    expect((await get('anthropic')).json()).toEqual({
      data: ['Odd "name"', 'fast', 'smart'].map((id) => ({ ...model, id, display_name: id })),
      has_more: false,
      first_id: 'Odd "name"',
      last_id: 'smart',
    });
    expect((await get('anthropic', 'nobody')).json()).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
    expect((await get('gemini', 'mobile')).json()).toEqual({ models: [{ name: 'models/fast' }] });
  });

  test('can only be read', async () => {
    const head = await get('openai', undefined, 'HEAD');
    expect([head.status, head.text, Number(head.headers['content-length']) > 100]).toEqual([200, '', true]);
    for (const method of ['POST', 'DELETE', 'OPTIONS']) {
      const refused = await get('openai', undefined, method);
      expect([refused.status, refused.headers.allow, refused.json().error.code]).toEqual([
        405,
        'GET, HEAD',
        'method_not_allowed',
      ]);
    }
  });
});
