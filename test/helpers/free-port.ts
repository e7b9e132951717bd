import { createServer } from 'node:net';

/** Below 32768, where Linux takes the ports of outgoing connections from. */
const firstPort = 20_000;
const portsPerPool = 1_000;
const pools = 12;

const pool = Number(process.env.VITEST_POOL_ID ?? 0) % pools;
let next = Math.floor(Math.random() * portsPerPool);

/** A port of 127.0.0.1 that nobody listens on; the same again only after all others, and never in two workers. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < portsPerPool; tries += 1) {
    const port = firstPort + pool * portsPerPool + (next++ % portsPerPool);
    if (await isFree(port)) return port;
  }
  throw new Error(`all ${portsPerPool} ports of this test worker are taken`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
