import { createServer } from 'node:net';

/** Below 32768, where Linux takes the ports of outgoing connections from. */
const firstPort = 20_000;
const portsPerPool = 1_000;
const pools = 12;

const pool = Number(process.env.VITEST_POOL_ID ?? 0) % pools;
let next = Math.floor(Math.random() * portsPerPool);
let left = portsPerPool;

/** A port of 127.0.0.1 that nobody listens on; never the same twice in a process, nor in two of vitest's workers. */
export async function freePort(): Promise<number> {
  while (left > 0) {
    left -= 1;
    const port = firstPort + pool * portsPerPool + (next++ % portsPerPool);
    if (await isFree(port)) return port;
  }
  throw new Error(`all ${portsPerPool} ports of this test worker are used up`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
