import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import type { RequestOptions } from '../helpers/http/request-options.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { signToken } from '../lua/callers/jwt-sign.ts';

const appKey = 'oc-identities-mobile-0123456789';
const partnerKey = 'oc-identities-partner-0123456789';
const batchKey = 'oc-identities-batch-0123456789a';
const secret = 'a-shared-secret-of-more-than-32-bytes-0123456789';
const provider = { COMMON: 'sk-identities-common', MOBILE: 'sk-identities-mobile' };
/** Of the password `ann-pass`, as `openssl passwd -6` prints it. */
const password = '$6$abc$MtSdWSZbhct2oe.SOqOUM2M/GA/uj5.vyVtJgRHgKi9uqXuWuJqOYE7H/YlsYGVg/YYzDV0xt3fEIwYt580.5.';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

/** A token whose claims are written just so, as a library that knows other numbers might. */
function token(claims: string): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  return signToken({ algorithm: 'HS256', key: secret, claims: `{"exp":${exp},${claims}}` });
}

const bearer = (value: string) => ({ Authorization: `Bearer ${value}` });
const basic = (pair: string) => ({ Authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
const subject = (text: string) => bearer(token(`"sub":${text}`));

describe.each(nginxReleases)('who is who on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      secrets: [appKey, partnerKey, batchKey, secret],
      env: { ...provider, SECRET: secret },
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
key_maps:
  apps: { clients: [{ id: mobile, key: "${hashOf(appKey)}" }, { id: batch, key: "${hashOf(batchKey)}", routes: [plain] }] }
  partners: { from: header X-Partner, clients: [{ id: mobile, key: "${hashOf(partnerKey)}" }] }
jwt:
  platform: { keys: { secret: env:SECRET } }
  others: { from: header X-Other, keys: { secret: env:SECRET } }
  linked: { from: header X-Linked, keys: { secret: env:SECRET }, same_clients_as: apps }
basic_auth: { staff: { users: { ann: "${password}" } } }
rate_zones:
  per_client: { key: client, rate: 1r/m }
  per_team: { key: { claim: team }, rate: 1r/m }
upstreams:
  llm:
    servers: ["127.0.0.1:${upstream.port}"]
    credential: { from: env:COMMON, for: [{ client: apps/mobile, from: env:MOBILE }] }
  bare: { servers: ["127.0.0.1:${upstream.port}"] }
routes:
  - { name: plain, path: /plain/, upstream: llm, auth: [apps, platform, others, linked, partners] }
  - { name: counted, path: /counted/, upstream: llm, auth: [apps, platform, others, linked, partners], limits: [per_client] }
  - { name: teams, path: /teams/, upstream: llm, auth: [platform, others], limits: [per_team] }
  - { name: people, path: /people/, upstream: bare, auth: staff }
`,
    });
  });
  afterAll(() => gateway.stop());

  async function keyFor(headers: RequestOptions['headers']): Promise<string | undefined> {
    const before = upstream.requests.length;
    const { status } = await gateway.send({ path: '/plain/x', headers: headers ?? {} });
    if (status !== 200) return String(status);
    return String(upstream.requests[before]?.headers.authorization);
  }

  /** What the log says of a request to this path, which no other test asks for. */
  async function logOf(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    await gateway.send({ path, headers });
    const line = await gateway.logged((each) => each.path === path);
    return `${line.status} ${line.client_id}|${line.auth}`;
  }

  test('the key that is for a client of one way is not for one of another that is called the same', async () => {
    expect(await keyFor(bearer(appKey))).toBe(`Bearer ${provider.MOBILE}`);
    expect(await keyFor(subject('"mobile"'))).toBe(`Bearer ${provider.COMMON}`);
    expect(await keyFor({ 'X-Other': token('"sub":"mobile"') })).toBe(`Bearer ${provider.COMMON}`);
    expect(await keyFor({ 'X-Partner': partnerKey })).toBe(`Bearer ${provider.COMMON}`);
    expect(await keyFor(subject('"apps/mobile"'))).toBe(`Bearer ${provider.COMMON}`);
  });

  test('and is for those of which the spec says that they are the same', async () => {
    expect(await keyFor({ 'X-Linked': token('"sub":"mobile"') })).toBe(`Bearer ${provider.MOBILE}`);
  });

  test('each is counted by itself, but those that are the same', async () => {
    const ask = async (headers: Readonly<Record<string, string>>) =>
      (await gateway.send({ path: '/counted/x', headers })).status;
    expect(await ask(bearer(appKey))).toBe(200);
    expect(await ask(subject('"mobile"'))).toBe(200);
    expect(await ask({ 'X-Other': token('"sub":"mobile"') })).toBe(200);
    expect(await ask({ 'X-Partner': partnerKey })).toBe(200);
    expect(await ask({ 'X-Linked': token('"sub":"mobile"') })).toBe(429);
    expect(await ask(bearer(appKey))).toBe(429);
  });

  test('what two issuers claim is counted apart', async () => {
    const claims = '"sub":"x","team":"red"';
    const ask = async (headers: Readonly<Record<string, string>>) =>
      (await gateway.send({ path: '/teams/x', headers })).status;
    expect(await ask(bearer(token(claims)))).toBe(200);
    expect(await ask({ 'X-Other': token(claims) })).toBe(200);
    expect(await ask(bearer(token(claims)))).toBe(429);
  });

  test.each([
    ['a string', '"17"', 200],
    ['a plain integer', '17', 200],
    ['the last integer that is itself', '9007199254740991', 200],
    ['one that is not', '9007199254740992', 401],
    ['and the next, which would be the same', '9007199254740993', 401],
    ['a fraction', '1.6', 401],
    ['a fraction that would be lost', '2.00000000000000000001', 401],
    ['an exponent', '2e0', 401],
    ['true', 'true', 401],
    ['null', 'null', 401],
    ['an object', '{"a":1}', 401],
    ['a list', '["mobile"]', 401],
    ['nothing', '""', 401],
    ['a long one', `"${'a'.repeat(256)}"`, 200],
    ['a longer one', `"${'a'.repeat(257)}"`, 401],
    ['a control character', '"mobile\\u0007"', 401],
    ['a NUL', '"mobile\\u0000"', 401],
    ['a control character beyond ASCII', '"mobile\\u0085"', 401],
    ['a space without width', '"mo\\u200bbile"', 401],
    ['a mark of direction', '"\\u202emobile"', 401],
    ['a soft hyphen', '"mo\\u00adbile"', 401],
    ['a tag', '"mobile\\udb40\\udc41"', 401],
    ['a letter of another script', '"Zo\\u00eb"', 200],
    ['two parts', '"auth0|5f7c/8"', 200],
  ] as const)('a subject that is %s', async (_name, text, status) => {
    expect((await gateway.send({ path: '/plain/x', headers: subject(text) })).status).toBe(status);
  });

  test.each([
    ['case', '"MOBILE"'],
    ['composed or not', '"Zoe\\u0308"'],
  ] as const)('ids are compared byte by byte: %s', async (name, text) => {
    const path = `/counted/${name.replaceAll(' ', '-')}`;
    for (const each of [text, text.replace('MOBILE', 'Mobile').replace('e\\u0308', '\\u00eb')])
      expect((await gateway.send({ path, headers: subject(each) })).status).toBe(200);
  });

  test('the log names who it is and by which way, and of strangers nobody', async () => {
    expect(await logOf('/plain/log-app', bearer(appKey))).toBe('200 mobile|apps');
    expect(await logOf('/plain/log-token', subject('"mobile"'))).toBe('200 mobile|platform');
    expect(await logOf('/plain/log-linked', { 'X-Linked': token('"sub":"mobile"') })).toBe('200 mobile|linked');
    expect(await logOf('/plain/log-wrong', bearer('mobile'))).toBe('401 |');
    expect(await logOf('/plain/log-forged', bearer(`${token('"sub":"mobile"').slice(0, -3)}AAA`))).toBe('401 |');
    expect(await logOf('/counted/log-forbidden', bearer(batchKey))).toBe('403 batch|apps');
  });

  test('a name that came with a wrong password is not in the log, nor its count', async () => {
    expect(await logOf('/people/wrong', basic('ann:wrong'))).toBe('401 |');
    expect(await logOf('/people/stranger', basic('mobile:mobile'))).toBe('401 |');
    expect(await logOf('/people/none')).toBe('401 |');
    expect(await logOf('/people/right', basic('ann:pw'))).toBe('200 ann|staff');
  });
});
