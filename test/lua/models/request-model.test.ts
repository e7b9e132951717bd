import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RequestOptions } from '../../helpers/http/request-options.ts';
import { request } from '../../helpers/http-client.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type ModelGateway, type Outcome, startModelGateway } from './model-gateway.ts';

type Options = Omit<RequestOptions, 'port'>;

const cheap = '{"model":"cheap"}';
const json = { 'content-type': 'application/json' };
const typed = (type: string) => ({ headers: { 'content-type': type }, body: cheap });
const asked = (path: string) => ({ path: `/v1/realtime${path}` });
const form = '--b\r\nContent-Disposition: form-data; name="model"\r\n\r\ncheap\r\n--b--\r\n';
const multipart = { 'content-type': 'multipart/form-data; boundary=b' };
const gemini = '/v1beta/models/gem:generateContent';

const read: [name: string, options: Options, want: Partial<Outcome>][] = [
  ['a body of JSON', { headers: json, body: cheap }, { model: 'cheap', source: 'json' }],
  ['a body without a type', { body: cheap }, { model: 'cheap', source: 'json' }],
  ['a body of multipart', { headers: multipart, body: form }, { model: 'cheap', source: 'multipart' }],
  ['a stream', { headers: json, body: '{"stream":true,"model":"a"}' }, { model: 'a', flags: 'stream' }],
  [
    'a stream of multipart',
    {
      headers: multipart,
      body: form.replace('--b--', '--b\r\nContent-Disposition: form-data; name="stream"\r\n\r\nTrue\r\n--b--'),
    },
    { model: 'cheap', source: 'multipart', flags: 'stream' },
  ],
  ['further models', { body: '{"model":"a","models":["b"]}' }, { model: 'a', flags: 'choices' }],
  [
    'further models of multipart',
    { headers: multipart, body: form.replace('"model"', '"fallbacks"') },
    { flags: 'choices' },
  ],
  ['a body without a model', { body: '{"input":"a"}' }, {}],
  ['no body', {}, {}],
  ['no body, but a type', { headers: { 'content-type': 'multipart/form-data', 'content-encoding': 'gzip' } }, {}],
  ['a body of a GET', { method: 'GET', body: cheap }, { model: 'cheap', source: 'json' }],
  ['a body of a DELETE', { method: 'DELETE', body: cheap }, { model: 'cheap', source: 'json' }],
  ['the query of a GET', asked('?a=1&model=cheap'), { model: 'cheap', source: 'query' }],
  ['the query of a HEAD', { ...asked('?model=cheap'), method: 'HEAD' }, { model: 'cheap', source: 'query' }],
  ['the query of a DELETE', { ...asked('?model=cheap'), method: 'DELETE' }, { model: 'cheap', source: 'query' }],
  [
    'the query of a POST without a body',
    { ...asked('?model=cheap'), method: 'POST' },
    { model: 'cheap', source: 'query' },
  ],
  [
    'the query of a handshake',
    {
      ...asked('?model=cheap'),
      headers: {
        upgrade: 'websocket',
        connection: 'upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      },
    },
    { model: 'cheap', source: 'query' },
  ],
  [
    'the query of a body without a model',
    { ...asked('?model=cheap'), body: '{}' },
    { model: 'cheap', source: 'query' },
  ],
  ['the query and the body', { ...asked('?model=cheap'), body: cheap }, { model: 'cheap', source: 'json' }],
  ['an escaped query', asked('?mod%65l=a%2Fb+c%25'), { model: 'a/b c%', source: 'query' }],
  ['a query beyond ASCII', asked('?model=%C3%A9'), { model: 'é', source: 'query' }],
  ['a query with a semicolon elsewhere', asked('?a=1;b&model=cheap'), { model: 'cheap', source: 'query' }],
  ['a query with other names', asked('?models=a&mode=b&model_id=c&amodel=d&x=model'), {}],
  ['an empty query', asked('?'), {}],
  ['the path', { path: gemini, body: '{}' }, { model: 'gem', source: 'path' }],
  [
    'the path of a stream',
    { path: '/v1beta/models/gem:streamGenerateContent', body: '{}' },
    { model: 'gem', source: 'path', flags: 'stream' },
  ],
  [
    'an escaped path',
    { path: '/v1beta/models/g%65m%201:generateContent', body: '{}' },
    { model: 'gem 1', source: 'path' },
  ],
  ['a look-up of a model with a colon', { path: '/v1/models/llama3:latest' }, {}],
  ['the deletion of a model with a colon', { path: '/v1/models/llama3:latest', method: 'DELETE' }, {}],
  [
    'a GET that a header makes a POST',
    { path: gemini, headers: { 'x-http-method-override': 'POST' } },
    { model: 'gem', source: 'path' },
  ],
  ['a GET that the query makes a POST', { path: `${gemini}?$httpMethod=POST` }, { model: 'gem', source: 'path' }],
  [
    'a GET that an escaped query makes a POST',
    { path: `${gemini}?%24http%4dethod=POST` },
    { model: 'gem', source: 'path' },
  ],
  ['a GET of a deployment', { path: '/openai/deployments/cheap/chat' }, { model: 'cheap', source: 'path' }],
  [
    'a path with slashes in the name',
    { path: '/v1beta/models/a/b:generateContent', body: '{}' },
    { model: 'a/b', source: 'path' },
  ],
  [
    'a path with two collections',
    { path: '/models/v1/models/gem:generateContent', body: '{}' },
    { model: 'gem', source: 'path' },
  ],
  [
    'an ARN of Bedrock',
    { path: '/model/arn:aws:bedrock:eu-west-1:1:inference-profile%2Fgem/converse', body: '{}' },
    { model: 'arn:aws:bedrock:eu-west-1:1:inference-profile/gem', source: 'path' },
  ],
  ['a count of tokens at Bedrock', { path: '/model/gem/count-tokens', body: '{}' }, { model: 'gem', source: 'path' }],
  ['an engine', { path: '/engines/gem/chat/completions', body: '{}' }, { model: 'gem', source: 'path' }],
  ['an engine of another kind', { path: '/v1/engines/gem/search', body: '{}' }, {}],
  ['the path and the body', { path: gemini, body: '{"model":"gem"}' }, { model: 'gem', source: 'path' }],
  [
    'the path and the body as Google writes it',
    { path: gemini, body: '{"model":"models/gem"}' },
    { model: 'gem', source: 'path' },
  ],
  ['the path and the query', { path: `${gemini}?model=gem`, method: 'POST' }, { model: 'gem', source: 'path' }],
  [
    'the path and multipart',
    { path: '/openai/deployments/cheap/audio/transcriptions', headers: multipart, body: form },
    { model: 'cheap', source: 'path' },
  ],
  ['a charset that is UTF-8', typed('application/json; charset=UTF-8'), { model: 'cheap' }],
  ['a charset in quotes', typed('application/json;charset="utf-8"'), { model: 'cheap' }],
  ['a charset without a hyphen', typed('application/json; charset=utf8'), { model: 'cheap' }],
  ['a charset that is ASCII', typed('application/json; charset=us-ascii'), { model: 'cheap' }],
  ['a type that is not of JSON', typed('text/plain'), { model: 'cheap', source: 'json' }],
  ['the type of a form', typed('application/x-www-form-urlencoded'), { model: 'cheap', source: 'json' }],
  [
    'the type of a form and what a form divides',
    { ...typed('application/x-www-form-urlencoded'), body: '{"model":"cheap","a":"b&c=d;e"}' },
    { model: 'cheap' },
  ],
  [
    '999 fields of a form',
    {
      ...typed('application/x-www-form-urlencoded'),
      body: `{"model":"cheap","a":"${'&m=1'.repeat(999)}${'&a=1'.repeat(5000)}"}`,
    },
    { model: 'cheap' },
  ],
  ['what a form divides, as JSON', { headers: json, body: '{"model":"cheap","a":"&model=b"}' }, { model: 'cheap' }],
  ['an encoding that is none', { headers: { 'content-encoding': 'Identity' }, body: cheap }, { model: 'cheap' }],
];

const refused: [name: string, options: Options, status: number, code: string][] = [
  ['what is no JSON', { body: 'model=cheap' }, 400, 'invalid_json'],
  ['white space', { body: ' ' }, 400, 'invalid_json'],
  ['a list', { body: '[]' }, 400, 'invalid_json'],
  ['what is too deep', { body: '{"a":'.repeat(200) }, 400, 'invalid_json'],
  ['two models', { body: '{"model":"a","model":"b"}' }, 400, 'duplicate_model'],
  ['a model in another case', { body: '{"Model":"a"}' }, 400, 'invalid_model'],
  ['a model that is no text', { body: '{"model":1}' }, 400, 'invalid_model'],
  ['an empty model', { body: '{"model":""}' }, 400, 'invalid_model'],
  ['broken multipart', { headers: multipart, body: cheap }, 400, 'invalid_multipart'],
  ['two models of multipart', { headers: multipart, body: form.replace('--b--', form.trim()) }, 400, 'duplicate_model'],
  [
    'multipart of another kind',
    { headers: { 'content-type': 'multipart/mixed; boundary=b' }, body: form },
    400,
    'invalid_multipart',
  ],
  ['a path against the body', { path: gemini, body: cheap }, 400, 'model_mismatch'],
  [
    'a path against the body of another collection',
    { path: gemini, body: '{"model":"tunedModels/gem"}' },
    400,
    'model_mismatch',
  ],
  ['a path against the query', { path: `${gemini}?model=cheap`, method: 'POST' }, 400, 'model_mismatch'],
  [
    'a path against multipart',
    { path: '/openai/deployments/gem/audio/transcriptions', headers: multipart, body: form },
    400,
    'model_mismatch',
  ],
  [
    'a path in another case against the body',
    { path: '/OPENAI/Deployments/gem/chat', body: cheap },
    400,
    'model_mismatch',
  ],
  ['a path with two models', { path: '/openai/deployments/a/models/b:generateContent' }, 400, 'duplicate_model'],
  ['a path with two deployments', { path: '/openai/deployments/a/openai/deployments/b/chat' }, 400, 'duplicate_model'],
  ['a path with a control character', { path: '/v1/models/a%0A:generateContent' }, 400, 'invalid_model'],
  ['a path with broken UTF-8', { path: '/v1/models/a%FF:generateContent' }, 400, 'invalid_model'],
  ['a path with a long model', { path: `/v1/models/${'a'.repeat(257)}:generateContent` }, 400, 'invalid_model'],
  ['a query against the body', { ...asked('?model=expensive'), body: cheap }, 400, 'model_mismatch'],
  ['an escaped query against the body', { ...asked('?%6dodel=expensive'), body: cheap }, 400, 'model_mismatch'],
  ['two models in a query', asked('?model=cheap&model=cheap'), 400, 'duplicate_model'],
  ['two models in a query, one escaped', asked('?model=cheap&mode%6C=expensive'), 400, 'duplicate_model'],
  ['a model after a semicolon', asked('?a=1;model=expensive'), 400, 'duplicate_model'],
  ['a model that a semicolon cuts', asked('?model=cheap;a=1'), 400, 'duplicate_model'],
  ['a query in another case', asked('?Model=cheap'), 400, 'invalid_model'],
  ['a query of a list', asked('?model[]=cheap'), 400, 'invalid_model'],
  ['a query of an escaped list', asked('?model%5B0%5D=cheap'), 400, 'invalid_model'],
  ['a query with a NUL in the name', asked('?model%00=cheap'), 400, 'invalid_model'],
  ['a query that is escaped twice', asked('?mod%2565l=cheap'), 400, 'invalid_model'],
  ['a query with a space in the name', asked('?+model=cheap'), 400, 'invalid_model'],
  ['a query without a value', asked('?model'), 400, 'invalid_model'],
  ['a query with a line break', asked('?model=cheap%0A'), 400, 'invalid_model'],
  ['a query with broken UTF-8', asked('?model=%FF'), 400, 'invalid_model'],
  [
    'two types',
    {
      headers: [
        ['content-type', 'application/json'],
        ['Content-Type', 'multipart/form-data; boundary=b'],
      ],
      body: cheap,
    },
    400,
    'invalid_content_type',
  ],
  ['a charset that is not UTF-8', typed('application/json; charset=utf-16'), 400, 'unsupported_charset'],
  ['a charset of seven bits', typed('application/json; charset=utf-7'), 400, 'unsupported_charset'],
  [
    'a charset where a backslash can be half a letter',
    typed('application/json; Charset="Shift_JIS"'),
    400,
    'unsupported_charset',
  ],
  ['two charsets', typed('application/json; charset=utf-8; charset=utf-16'), 400, 'unsupported_charset'],
  ['an encoded charset', typed("application/json; charset*=us-ascii'en'utf-16"), 400, 'unsupported_charset'],
  [
    'a charset of multipart',
    { headers: { 'content-type': 'multipart/form-data; charset=utf-16; boundary=b' }, body: form },
    400,
    'unsupported_charset',
  ],
  [
    'JSON that names another model as a form',
    { ...typed('application/x-www-form-urlencoded'), body: '{"model":"cheap","a":"&model=expensive&"}' },
    400,
    'duplicate_model',
  ],
  [
    'JSON that names one as a form in escapes',
    { ...typed('application/x-www-form-urlencoded'), body: '{"model":"cheap","a":"&%6dodel=expensive&"}' },
    400,
    'duplicate_model',
  ],
  [
    'JSON that names one as a form with semicolons',
    {
      ...typed('Application/x-www-Form-UrlEncoded; charset=utf-8'),
      body: '{"model":"cheap","a":";mod%65l=expensive;"}',
    },
    400,
    'duplicate_model',
  ],
  [
    'JSON that has 1,000 fields as a form',
    { ...typed('application/x-www-form-urlencoded'), body: `{"model":"cheap","a":"${'&m=1'.repeat(1000)}"}` },
    400,
    'duplicate_model',
  ],
  ['a form', { ...typed('application/x-www-form-urlencoded'), body: 'model=cheap' }, 400, 'invalid_json'],
  ['a compressed body', { headers: { 'content-encoding': 'gzip' }, body: cheap }, 415, 'unsupported_encoding'],
  [
    'a body encoded twice',
    {
      headers: [
        ['content-encoding', 'identity'],
        ['content-encoding', 'br'],
      ],
      body: cheap,
    },
    415,
    'unsupported_encoding',
  ],
];

const paths: [path: string, want: string][] = [
  ['/v1beta/models/gemini-2.5-pro:generateContent', 'gemini-2.5-pro'],
  ['/v1beta/models/gemini-2.5-pro:streamGenerateContent', 'gemini-2.5-pro stream'],
  ['/v1beta/models/gemini-2.5-pro:generateContent/', 'gemini-2.5-pro'],
  ['/v1beta/tunedModels/mine:generateContent', 'mine'],
  ['/v1beta/Models/gem:generateContent', 'gem'],
  ['/v1/projects/p/locations/l/publishers/google/models/gem@001:predict', 'gem@001'],
  ['/v1beta/models/a:b:countTokens', 'a:b'],
  ['/v1beta/models/models:countTokens', 'models'],
  ['/openai/deployments/gpt-4o/chat/completions', 'gpt-4o'],
  ['/azure/openai/deployments/gpt-4o/images/generations', 'gpt-4o'],
  ['/openai/deployments/a/deployments/b', 'a'],
  ['/model/anthropic.claude-v1:0/invoke', 'anthropic.claude-v1:0'],
  ['/model/claude/invoke-with-response-stream', 'claude stream'],
  ['/model/claude/converse', 'claude'],
  ['/model/claude/converse-stream', 'claude stream'],
  ['/bedrock/model/claude/invoke/', 'claude'],
  ['/v1/chat/completions', 'none'],
  ['/v1/models', 'none'],
  ['/v1/models/gpt-4o', 'none'],
  ['/v1beta/models/:generateContent', 'none'],
  ['/v1beta/models/a/b:generateContent', 'a/b'],
  ['/v1beta/models/gem:', 'none'],
  ['/v1/models/llama3:8b', 'none'],
  ['/v1beta/mymodels/gem:generateContent', 'none'],
  ['/openai/deployments', 'none'],
  ['/openai/deployments/gpt-4o', 'none'],
  ['/v1/deployments/gpt-4o/chat', 'none'],
  ['/model/claude/delete', 'none'],
  ['/model/a/b/invoke', 'a/b'],
  [`/model/${'a'.repeat(256)}/invoke`, 'a'.repeat(256)],
  [`/model/${'a'.repeat(257)}/invoke`, 'model_malformed'],
  ['/model/a\x7f/invoke', 'model_malformed'],
  ['/openai/deployments/a/model/b/invoke', 'duplicate_model'],
  ['/v1beta/models/gem:generateContent other', '/v1beta/models/other:generateContent'],
  ['/openai/deployments/a/chat/completions gpt:4', '/openai/deployments/gpt:4/chat/completions'],
  ['/model/claude/invoke a/b', 'nil'],
  ['/model/claude/invoke ..', 'nil'],
  ['/model/claude/invoke .', 'nil'],
];

const renamed: [name: string, options: Options, names: string[], want: Partial<Outcome>][] = [
  [
    'in JSON',
    { body: '{"a":1, "model" : "cheap" , "b":2}' },
    ['x'],
    { body: Buffer.from('{"a":1, "model" : "x" , "b":2}') },
  ],
  [
    'in JSON, to each name in turn',
    { body: '{"a":1,"model":"cheap","b":2}' },
    ['xx', 'a longer one', 'y'],
    { body: Buffer.from('{"a":1,"model":"y","b":2}') },
  ],
  [
    'in JSON, with what has to be escaped',
    { body: cheap },
    ['a"b\\c/é€😀'],
    { body: Buffer.from('{"model":"a\\"b\\\\c/é€😀"}') },
  ],
  ['in JSON of a GET', { method: 'GET', body: cheap }, ['x'], { body: Buffer.from('{"model":"x"}') }],
  [
    'in multipart',
    { headers: multipart, body: form },
    ['a"b', 'x{}'],
    { body: Buffer.from(form.replace('cheap', 'x{}')) },
  ],
  [
    'in a query',
    asked('?a=%2f&mod%65l=cheap&b'),
    ['x', 'y/+&é'],
    { target: '/v1/realtime?a=%2f&b&model=y%2F%2B%26%C3%A9' },
  ],
  [
    'in the query and the body',
    { ...asked('?model=cheap'), body: cheap },
    ['x', 'y'],
    { target: '/v1/realtime?model=y', body: Buffer.from('{"model":"y"}') },
  ],
  [
    'in a path',
    { path: `${gemini}?a=1`, body: '{}' },
    ['x', 'y'],
    { target: '/v1beta/models/y:generateContent?a=1', body: Buffer.from('{}') },
  ],
  [
    'in a path, with what has to be escaped',
    { path: gemini, method: 'POST' },
    ['a b?c#d%é'],
    { target: '/v1beta/models/a%20b%3Fc%23d%25%C3%A9:generateContent' },
  ],
  [
    'in the path and the body',
    { path: '/openai/deployments/cheap/chat', body: cheap },
    ['x', 'y'],
    { target: '/openai/deployments/y/chat', body: Buffer.from('{"model":"y"}') },
  ],
  [
    'in the path and the body as Google writes it',
    { path: gemini, body: '{"model":"models\\/gem"}' },
    ['x', 'y'],
    { target: '/v1beta/models/y:generateContent', body: Buffer.from('{"model":"models/y"}') },
  ],
  [
    'in path, query and body',
    { path: `${gemini}?model=gem`, body: '{"model":"gem"}' },
    ['x', 'y'],
    { target: '/v1beta/models/y:generateContent?model=y', body: Buffer.from('{"model":"y"}') },
  ],
];

const notRenamed: [name: string, options: Options, model: string][] = [
  ['when it names none', { body: '{}' }, 'x'],
  ['to a line break in multipart', { headers: multipart, body: form }, 'x\r\n--b'],
  ['to a control character', { body: cheap }, 'x\x01'],
  ['to a name of 257 bytes', { body: cheap }, 'x'.repeat(257)],
  ['to a slash in a path', { path: gemini, body: '{"model":"gem"}' }, 'a/b'],
  ['to the folder above', { path: '/model/claude/invoke' }, '..'],
];

describe.each(nginxReleases)('the model of a request on nginx %s', (release) => {
  let gateway: ModelGateway;

  beforeAll(async () => {
    gateway = await startModelGateway(release);
  });
  afterAll(() => gateway?.stop());

  test.each(read)('by %s', async (_, options, want) => {
    const { status, model, source, flags } = await gateway.ask(options);
    const usual = want.model === undefined ? {} : { source: 'json' };
    expect({ status, model, source, flags }).toEqual({ status: 200, ...usual, ...want });
  });

  test.each(refused)('refused: %s', async (_, options, status, code) => {
    expect(await gateway.ask(options)).toEqual({ status, code });
  });

  test.each(paths)('of the path `%s` is `%s`', async (path, want) => {
    expect(await gateway.call('path', [path])).toEqual([want]);
  });

  test.each(renamed)('is renamed %s', async (_, options, names, want) => {
    const { model } = await gateway.ask(options);
    const outcome = await gateway.ask(options, ...names);
    expect(outcome).toMatchObject({ status: 200, model, ...want });
    if (options.body) expect(outcome.framing).toBe(`${outcome.body?.length} none`);
  });

  test.each(notRenamed)('is not renamed %s', async (_, options, model) => {
    expect(await gateway.ask(options, model)).toEqual({ status: 400, code: 'not_renamed' });
  });

  test('is found and renamed in the rewrite phase', async () => {
    const outcome = await gateway.ask({ path: '/rewrite', body: cheap }, 'x');
    expect(outcome).toMatchObject({ model: 'cheap', body: Buffer.from('{"model":"x"}') });
  });

  test.each([
    ['grows beyond what is kept in memory', 1_048_576, 'a longer name'],
    ['fits into memory again', 1_048_578, 'x'],
    ['stays beyond what is kept in memory', 3_000_000, 'another'],
  ])('is renamed in a body that %s', async (_, size, name) => {
    const padding = 'p'.repeat(size - 27);
    const make = (model: string) => Buffer.from(`{"a":"${padding}","model":"${model}","b":1}`);
    for (const http2 of [false, true]) {
      const outcome = await gateway.ask({ body: make('cheap'), http2 }, name, 'of another length', name);
      expect(outcome.framing).toBe(`${make(name).length} none`);
      expect(outcome.body?.equals(make(name))).toBe(true);
    }
  });

  test('only a large body goes to a file when it is renamed', async () => {
    const files = async () => (await gateway.errorLog()).split('buffered to a temporary file').length;
    const before = await files();
    await gateway.ask({ body: cheap }, 'x');
    expect(await files()).toBe(before);
    // So much that nginx itself would still keep it in memory.
    await gateway.ask({ body: `{"model":"cheap","a":"${'a'.repeat(1_100_000)}"}` }, 'x');
    expect(await files()).toBe(before + 1);
  });

  test('a body that is too large is answered by nginx, however it is sent', async () => {
    const body = Buffer.from(`{"a":"${'a'.repeat(2000)}"}`);
    const inChunks = { path: '/small', headers: { 'transfer-encoding': 'chunked' }, body };
    for (const options of [{ path: '/small', body }, inChunks, { path: '/small', body, http2: true }]) {
      expect(await gateway.ask(options)).toMatchObject({ status: 413 });
    }
  });

  test('a body that cannot be read is not passed on', async () => {
    const body = `{"model":"cheap","a":"${'a'.repeat(2_000_000)}"}`;
    expect(await gateway.ask({ headers: { 'x-lose': '1' }, body })).toEqual({ status: 500, code: 'internal_error' });
  });

  test('the refusal is an error of OpenAI and repeats nothing of the request', async () => {
    const secret = 'sk-of-the-client';
    for (const body of [`{"model":"${secret}","model":"b"}`, `{"model":"${secret}\\u0000"}`, `{"${secret}`]) {
      const response = await request({ port: gateway.port, path: `/?key=${secret}`, body });
      expect(response.json()).toEqual({
        error: {
          message: expect.stringMatching(/^[A-Z].*\.$/),
          type: 'invalid_request_error',
          param: null,
          code: expect.any(String),
        },
      });
      expect(response.text).not.toContain(secret);
    }
    const log = await gateway.errorLog();
    expect(log).not.toMatch(/runtime error|\[(?:crit|alert|emerg)\]/);
    expect(log).not.toContain(secret);
  });
});
