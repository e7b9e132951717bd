import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { hashOf } from '../helpers/keys.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const requests = 2000;
/** On one connection, of the 1000 that nginx allows. */
const together = 200;

/** Bytes that nginx takes in a header and in a path, some of which happen to be UTF-8; without what it normalises. */
function someBytes(): Buffer {
  const kind = Math.random();
  const length = 1 + Math.floor(Math.random() * 40);
  const bytes = kind < 0.3 ? Buffer.from('aé漢𝄞'.repeat(4)).subarray(0, length) : randomBytes(length);
  return Buffer.from(bytes.map((byte) => (byte < 0x30 || byte === 0x7f ? 0xc3 : byte)));
}

function isText(bytes: Buffer): boolean {
  return bytes.equals(Buffer.from(bytes.toString('utf8')));
}

const escaped = (bytes: Buffer): string => bytes.toString('hex').replace(/../g, '%$&');

const cases = [
  ...nginxReleases.map((release) => ({ release, plain: false })),
  { release: '1.26' as const, plain: true },
];

describe.each(cases)('the access log of nginx $release, without Lua: $plain', ({ release, plain }) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ...(plain && { target: 'plain' as const }),
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
${plain ? '' : `key_maps: { apps: { clients: [{ id: a, key: "${hashOf('oc-log-text-0123456789abcdef')}" }] } }`}
upstreams: { llm: { servers: ["127.0.0.1:9"] } }
routes: [{ path: /v1/, upstream: llm, auth: ${plain ? 'none' : 'apps'} }]
`,
    });
  });
  afterAll(() => gateway.stop());

  test('is UTF-8 and JSON whatever bytes a client sends', { timeout: 60_000 }, async () => {
    const sent = Array.from({ length: requests }, () => ({ agent: someBytes(), path: someBytes() }));
    for (let from = 0; from < requests; from += together) {
      const some = sent.slice(from, from + together);
      const bytes = some.flatMap(({ agent, path }, index) => [
        Buffer.from(`GET /x/${escaped(path)} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: `),
        agent,
        Buffer.from(index === some.length - 1 ? '\r\nConnection: close\r\n\r\n' : '\r\n\r\n'),
      ]);
      const answer = await sendBytes({ port: gateway.port, bytes: Buffer.concat(bytes), timeoutMs: 30_000 });
      expect(answer.split('HTTP/1.1 404').length - 1).toBe(some.length);
    }
    const log = async () => (await readFile(gateway.locate('access.log'))).toString('latin1').split('\n').slice(0, -1);
    for (let tries = 0; tries < 500 && (await log()).length < requests; tries += 1) await sleep(20);
    const lines = (await log()).map((line) => Buffer.from(line, 'latin1'));
    expect(lines.length).toBe(requests);
    expect(lines.filter((line) => !isText(line)).length).toBe(0);
    const said = lines.map((line) => JSON.parse(line.toString()));
    const wanted = sent.map(({ agent, path }) => ({
      agent: isText(agent) ? agent.toString() : '(not UTF-8)',
      path: isText(path) ? `/x/${path}` : '(not UTF-8)',
    }));
    expect(said.map(({ user_agent, path }) => ({ agent: user_agent, path }))).toEqual(wanted);
  });
});
