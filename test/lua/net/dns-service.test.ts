import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { drive, tally } from '../drive.ts';
import { type Origin, startOrigin } from '../origin.ts';
import {
  type BalancedGateway,
  type BalancedGatewayOptions,
  startBalancedGateway,
} from '../upstreams/balanced-gateway.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const name = '_http._tcp.llm.internal';

describe.each(['1.22', '1.30'] as const)('DNS SRV records on nginx %s', (release) => {
  async function origin(address: string): Promise<[string, number, Origin]> {
    const port = await freePort();
    const started = await startOrigin(address, port);
    stops.push(started.stop);
    return [address, port, started];
  }

  async function start(
    records: (dns: DnsServer) => void,
    options: Partial<BalancedGatewayOptions> = {},
  ): Promise<[BalancedGateway, DnsServer]> {
    const dns = await startDnsServer(await freePort());
    stops.push(dns.stop);
    records(dns);
    const gateway = await startBalancedGateway({
      release,
      dnsPort: dns.port,
      servers: [{ host: 'llm.internal', service: 'http' }],
      ...options,
    });
    stops.push(gateway.stop);
    return [gateway, dns];
  }

  const spread = async (gateway: BalancedGateway, count: number) =>
    tally((await drive({ port: gateway.port, count, concurrency: 1 })).map(({ text }) => text));

  test('give ports and weights, and are followed', async () => {
    const [, firstPort] = await origin('127.0.0.2');
    const [, secondPort] = await origin('127.0.0.3');
    const records = (dns: DnsServer, ...values: string[]) => {
      dns.set(
        name,
        values.map((value) => ({ type: 'SRV', value }) as const),
      );
    };
    const [gateway, dns] = await start((server) => {
      server.set('a.internal', [{ type: 'A', value: '127.0.0.2' }]);
      server.set('b.internal', [{ type: 'A', value: '127.0.0.3' }]);
      records(server, `10 30 ${firstPort} a.internal`, `10 10 ${secondPort} b.internal`);
    });
    expect(await spread(gateway, 80)).toEqual({ '127.0.0.2': 60, '127.0.0.3': 20 });
    records(dns, `10 0 ${secondPort} b.internal`);
    await expect.poll(() => spread(gateway, 4), { timeout: 5_000 }).toEqual({ '127.0.0.3': 4 });
    // A name that vanishes leaves what is known.
    dns.set(name, []);
    await expect
      .poll(async () => (await gateway.errorLog()).includes(`cannot resolve ${name}: no such host`), { timeout: 5_000 })
      .toBe(true);
    expect(await spread(gateway, 4)).toEqual({ '127.0.0.3': 4 });
  });

  test('of a higher priority number are backups', async () => {
    const [, firstPort, first] = await origin('127.0.0.2');
    const [, secondPort] = await origin('127.0.0.3');
    const [gateway] = await start((server) => {
      server.set('a.internal', [{ type: 'A', value: '127.0.0.2' }]);
      server.set('b.internal', [{ type: 'A', value: '127.0.0.3' }]);
      server.set(name, [
        { type: 'SRV', value: `2 5 ${secondPort} b.internal` },
        { type: 'SRV', value: `1 5 ${firstPort} a.internal` },
      ]);
    });
    expect(await spread(gateway, 20)).toEqual({ '127.0.0.2': 20 });
    await first.stop();
    expect(await spread(gateway, 20)).toEqual({ '127.0.0.3': 20 });
  });

  test('may name targets that are not there, but not only such, nor texts that are no names', async () => {
    const [, port] = await origin('127.0.0.2');
    const [gateway, dns] = await start((server) => {
      server.set('a.internal', [{ type: 'A', value: '127.0.0.2' }]);
      server.set(name, [
        { type: 'SRV', value: `1 5 ${port} gone.internal` },
        { type: 'SRV', value: `1 5 ${port} a.internal` },
        { type: 'SRV', value: `1 5 ${port} evil\n.internal` },
      ]);
    });
    expect(await spread(gateway, 10)).toEqual({ '127.0.0.2': 10 });
    dns.set(name, [{ type: 'SRV', value: `1 5 ${port} gone.internal` }]);
    await expect
      .poll(async () => (await gateway.errorLog()).includes('no target has an address'), { timeout: 5_000 })
      .toBe(true);
    expect(await spread(gateway, 4)).toEqual({ '127.0.0.2': 4 });
    expect(await gateway.errorLog()).not.toContain('evil');
  });
});
