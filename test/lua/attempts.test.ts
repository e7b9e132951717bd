import { afterEach, describe, expect, test } from 'vitest';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { request } from '../helpers/http-client.ts';
import { startRoutedGateway } from './routed-gateway.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function mock(name: string): Promise<MockModelServer> {
  const server = await startMockModelServer({ name });
  stops.push(server.close);
  return server;
}

describe.each(['1.22', '1.30'] as const)('attempts on nginx %s', (release) => {
  test('smoke', async () => {
    const openai = await mock('openai');
    const claude = await mock('claude');
    const gateway = await startRoutedGateway({
      release,
      upstreams: {
        openai: { ports: [openai.port], credential: 'authorization' },
        claude: { ports: [claude.port], credential: 'x-api-key', basePath: '/base' },
      },
      env: { A: 'key-a', B: 'key-b' },
      routes: ['chat'],
      data: `routes = { chat = { destination = "upstream", targets = { { upstream = "openai" } }, fallback = { { upstream = "claude" } },
        tries = 3, within = 60, on = { connect = true, reset = true, timeout = true }, statuses = { 429, 500, 502, 503, 504, 529 } } },
        breakers = { openai = { failures = 5, open = 1 }, claude = { failures = 5, open = 1 } },
        credentials = { openai = { keys = { { source = "env", name = "A" } } }, claude = { keys = { { source = "env", name = "B" } } } },`,
    });
    stops.push(gateway.stop);
    const ask = () => request({ port: gateway.port, method: 'POST', path: '/chat/v1/chat/completions', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: 'x', messages: [] }) } as never);
    let answer = await ask();
    console.log(answer.status, answer.text, await gateway.errorLog());
    openai.behave({ status: 500 });
    answer = await ask();
    console.log(answer.status, answer.text, await gateway.errorLog());
    await openai.refuse();
    answer = await ask();
    console.log(answer.status, answer.text, await gateway.errorLog());
    claude.behave({ status: 429, responseHeaders: [['Retry-After', '7']] });
    answer = await ask();
    console.log(answer.status, answer.headers, answer.text, await gateway.errorLog());
    answer = await ask();
    console.log(answer.status, answer.headers, answer.text, await gateway.errorLog());
    console.log(claude.requests.map((r) => [r.url, r.rawHeaders, r.body.toString()]));
  });
});
