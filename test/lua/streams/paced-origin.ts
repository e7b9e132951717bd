import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PacedOrigin {
  readonly address: string;
  /** Requests so far. */
  requests: number;
  /** Requests that wait for their answer now, and the most that ever did at once. */
  readonly active: number;
  readonly mostActive: number;
  /** The heads of the requests so far. */
  readonly seen: IncomingMessage[];
  /** How long answers take from now on, and their status. */
  delayMs: number;
  status: number;
  /** Refuses connections from now on. */
  refuse(): Promise<void>;
  /** Listens again. */
  accept(): Promise<void>;
}

/** Starts an HTTP server (on a loopback address or a unix socket) that takes its time and answers its address. */
export async function startPacedOrigin(
  address: string,
  port: number,
  options: { readonly delayMs?: number; readonly stops: (() => Promise<unknown>)[] },
): Promise<PacedOrigin> {
  const sockets = new Set<Socket>();
  let active = 0;
  let mostActive = 0;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    origin.requests += 1;
    origin.seen.push(request);
    active += 1;
    mostActive = Math.max(mostActive, active);
    response.once('close', () => {
      active -= 1;
    });
    request.resume().once('end', async () => {
      if (origin.delayMs > 0) await sleep(origin.delayMs);
      response.writeHead(origin.status).end(address);
    });
  });
  server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
  const origin = {
    address,
    requests: 0,
    seen: [] as IncomingMessage[],
    delayMs: options.delayMs ?? 0,
    status: 200,
    get active() {
      return active;
    },
    get mostActive() {
      return mostActive;
    },
    accept: async () => {
      if (address.startsWith('/')) server.listen(address);
      else server.listen(port, address);
      await once(server, 'listening');
      if (address.startsWith('/')) await chmod(address, 0o777); // nginx's workers are `www-data`
    },
    refuse: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  await origin.accept();
  options.stops.push(origin.refuse);
  return origin;
}
