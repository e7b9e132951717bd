import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { request } from '../../helpers/http-client.ts';
import { drive, tally } from '../drive.ts';
import { type PacedOrigin, startPacedOrigin } from '../streams/paced-origin.ts';
import { type BalancedGateway, type BalancedGatewayOptions, startBalancedGateway } from './balanced-gateway.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function turn(conversation: string, number: number): { body: string; headers: Record<string, string> } {
  const messages = [{ role: 'user', content: `Let us talk about ${conversation}.` }];
  for (let index = 0; index < number; index += 1) {
    messages.push({ role: 'assistant', content: `Answer ${index}` }, { role: 'user', content: `Go on ${index}` });
  }
  return { body: JSON.stringify({ model: 'm', messages }), headers: { 'Content-Type': 'application/json' } };
}

describe.each(['1.22', '1.30'] as const)('keeping conversations on nginx %s', (release) => {
  async function start(
    options: Partial<BalancedGatewayOptions> = {},
  ): Promise<[gateway: BalancedGateway, ...origins: PacedOrigin[]]> {
    const port = await freePort();
    const hosts = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
    const origins = await Promise.all(hosts.map((host) => startPacedOrigin(host, port, { stops })));
    const servers = hosts.map((host) => ({ host, port }));
    const gateway = await startBalancedGateway({
      release,
      kind: 'conversation',
      fields: 'ttl = 60,',
      location: 'set_by_lua_block $openclaw_client { return ngx.var.http_x_client }',
      servers,
      ...options,
    });
    stops.push(gateway.stop);
    return [gateway, ...origins];
  }

  const say = async (gateway: BalancedGateway, conversation: string, number: number, client = 'a') => {
    const { body, headers } = turn(conversation, number);
    const answer = await request({ port: gateway.port, body, headers: { ...headers, 'X-Client': client } });
    return [answer.text, answer.headers['x-openclaw-conversation']] as const;
  };

  test.each([1, 4])('500 conversations of 5 turns stay where they began, with %i workers', async (workers) => {
    const [gateway] = await start({ workers });
    const places = new Map<number, string>();
    let hits = 0;
    for (let number = 0; number < 5; number += 1) {
      const answers = await drive({
        port: gateway.port,
        count: 500,
        concurrency: 8,
        freshConnections: true,
        request: (index) => turn(`topic ${index}`, number),
      });
      for (const [index, { text, headers }] of answers.entries()) {
        expect(headers['x-openclaw-conversation']).toBe(number === 0 ? 'new' : 'hit');
        if (number === 0) places.set(index, text);
        else if (places.get(index) === text) hits += 1;
      }
    }
    expect(hits).toBe(2_000);
    const shares = Object.values(tally([...places.values()]));
    expect(Math.min(...shares)).toBeGreaterThan(120);
  });

  test('the same words of another client are another conversation', async () => {
    const [gateway] = await start();
    const [place] = await say(gateway, 'x', 0, 'a');
    expect(await say(gateway, 'x', 1, 'a')).toEqual([place, 'hit']);
    expect((await say(gateway, 'x', 1, 'b'))[1]).toBe('new');
    expect((await say(gateway, 'x', 1, ''))[1]).toBe('new');
    expect(await say(gateway, 'x', 2, 'a')).toEqual([place, 'hit']);
  });

  test('moves to another server when its own is gone, and stays there', async () => {
    const [gateway, ...origins] = await start();
    const [place] = await say(gateway, 'x', 0);
    await origins.find(({ address }) => address === place)?.refuse();
    const [other, result] = await say(gateway, 'x', 1);
    expect(result).toBe('miss');
    expect(other).not.toBe(place);
    await origins.find(({ address }) => address === place)?.accept();
    expect(await say(gateway, 'x', 2)).toEqual([other, 'hit']);
  });

  test('a request without a conversation goes anywhere, and is told so', async () => {
    const [gateway] = await start();
    const answers = await drive({ port: gateway.port, count: 30, concurrency: 1 });
    expect(tally(answers.map(({ text }) => text))).toEqual({ '127.0.0.2': 10, '127.0.0.3': 10, '127.0.0.4': 10 });
    for (const { headers } of answers) expect(headers['x-openclaw-conversation']).toBeUndefined();
  });

  test('is forgotten after its time, which begins anew with every request', async () => {
    const [gateway] = await start({ fields: 'ttl = 1,' });
    await say(gateway, 'x', 0);
    for (let number = 1; number < 4; number += 1) {
      await sleep(600);
      expect((await say(gateway, 'x', number))[1]).toBe('hit');
    }
    await sleep(1_200);
    expect((await say(gateway, 'x', 5))[1]).toBe('new');
  });

  test('outlives a reload', async () => {
    const [gateway] = await start({ workers: 2 });
    const [place] = await say(gateway, 'x', 0);
    await gateway.replaceWorkers();
    expect(await say(gateway, 'x', 1)).toEqual([place, 'hit']);
  });
});
