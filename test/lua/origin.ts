import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';

export interface Origin {
  readonly address: string;
  /** Requests answered so far. */
  readonly requests: number;
  /** TCP connections accepted so far. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** Starts an HTTP server on one loopback address, such as 127.0.0.2, that answers every request with that address. */
export async function startOrigin(address: string, port: number): Promise<Origin> {
  const sockets = new Set<Socket>();
  let requests = 0;
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    requests += 1;
    request.resume().once('end', () => response.end(address));
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    address,
    get requests() {
      return requests;
    },
    get connections() {
      return connections;
    },
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
