import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { providers } from '../../src/rights/providers.ts';
import type { SampleRequest, Verdict } from '../../src/rights/way-to-work.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const key = 'oc-restricted-0123456789abcdef';
const rows = providers.flatMap(({ name, ways }) => ways.map((way) => [name, way.way, way] as const));
/** Where the upstream is given, and where our Lua chooses it. */
const prefixes = ['/plain', '/safe'] as const;

/** By verdict, what becomes of a request that asks for `fast`, which is allowed, and of one that asks for another. */
const wanted: Readonly<Record<Verdict, readonly [allowed: string, other: string | null]>> = {
  checked: ['passed', '403 model_not_allowed'],
  passes: ['passed', null],
  not_named: ['403 model_not_named', null],
  not_visible: ['403 model_not_visible', null],
};

describe.each(nginxReleases)('rights to models by provider on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      secrets: [key],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  a: ["127.0.0.1:${upstream.port}"]
  b: ["127.0.0.1:${upstream.port}"]
key_maps: { apps: { clients: [{ id: restricted, key: "${hashOf(key)}", models: [fast] }] } }
routes:
  - { path: /plain/, auth: apps, upstream: a, websocket: true, strip_prefix: /plain }
  - { path: /safe/, auth: apps, upstream: a, fallback: b, websocket: true, strip_prefix: /safe }
`,
    });
  });
  afterAll(() => gateway?.stop());

  test.each(rows)('%s: %s', async (_, __, { request, verdict }) => {
    const [allowed, other] = wanted[verdict];
    for (const prefix of prefixes) {
      expect(await outcome(gateway, withModel(request, 'fast'), prefix)).toBe(allowed);
      if (other !== null) expect(await outcome(gateway, withModel(request, 'other'), prefix)).toBe(other);
    }
  });

  const started = rows.filter(([, , { request }]) => request.method !== 'GET');
  test.each(started)('%s: %s: reading and deleting what is there', async (_, __, { request }) => {
    for (const prefix of prefixes)
      for (const method of ['GET', 'DELETE'] as const) {
        const { path } = withModel(request, 'fast');
        expect(await outcome(gateway, { method, path }, prefix)).toBe('passed');
      }
  });

  const hidden = rows.filter(([, , { verdict, request }]) => verdict === 'not_visible' && request.json !== undefined);
  test.each(hidden)('%s: %s: a model that is allowed changes nothing', async (_, __, { request }) => {
    const json = JSON.stringify({ ...JSON.parse(request.json ?? '{}'), model: 'fast' });
    for (const prefix of prefixes)
      expect(await outcome(gateway, withModel({ ...request, json }, 'fast'), prefix)).toBe('403 model_not_visible');
  });
});

function withModel(request: SampleRequest, model: string): SampleRequest {
  const name = (text: string): string => text.replaceAll('$model', model);
  const { path, json, form } = request;
  return {
    ...request,
    path: name(path),
    ...(json !== undefined && { json: name(json) }),
    ...(form !== undefined && {
      form: Object.fromEntries(Object.entries(form).map(([field, value]) => [field, name(value)])),
    }),
  };
}

/** `passed` when the upstream got it, else the status and the code of the refusal. */
async function outcome(gateway: Gateway, request: SampleRequest, prefix: string): Promise<string> {
  const seen = upstream.requests.length;
  const path = `${prefix}${request.path}`;
  const { status, text } = request.isHandshake
    ? await shake(`ws://127.0.0.1:${gateway.port}${path}`)
    : await gateway.send({ path, method: request.method, ...bodyOf(request) });
  const passed = upstream.requests.length - seen;
  if (status !== 403) {
    expect([status, passed]).toEqual([request.isHandshake ? 101 : 200, 1]);
    return 'passed';
  }
  expect(passed).toBe(0);
  const { error } = JSON.parse(text);
  expect(error.type).toBe('permission_error');
  return `${status} ${error.code}`;
}

function bodyOf({ json, form }: SampleRequest): { headers: Record<string, string>; body?: string } {
  const headers = { Authorization: `Bearer ${key}` };
  if (json !== undefined) return { headers: { ...headers, 'Content-Type': 'application/json' }, body: json };
  if (form === undefined) return { headers };
  const parts = Object.entries(form).map(
    ([field, value]) => `--b\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  );
  return {
    headers: { ...headers, 'Content-Type': 'multipart/form-data; boundary=b' },
    body: `${parts.join('')}--b--\r\n`,
  };
}

function shake(url: string): Promise<{ status: number; text: string }> {
  const socket = new WebSocket(url, [], { headers: { Authorization: `Bearer ${key}` } });
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.close();
      resolve({ status: 101, text: '' });
    });
    socket.on('unexpected-response', (_, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    socket.on('error', reject);
  });
}
