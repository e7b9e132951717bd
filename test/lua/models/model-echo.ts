import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Echo {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts an upstream that answers each request with its body, and with its target and framing in `x-…` headers. */
export async function startEcho(): Promise<Echo> {
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    response.setHeader('x-target', request.url ?? '');
    response.setHeader('x-length', request.headers['content-length'] ?? 'none');
    response.setHeader('x-framing', request.headers['transfer-encoding'] ?? 'none');
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
