import { Agent } from 'node:http';
import { type Response, request } from '../helpers/http-client.ts';

export interface DriveOptions {
  readonly port: number;
  readonly count: number;
  /** Requests at a time. */
  readonly concurrency: number;
  /** What the n-th request is; by default GET /. */
  readonly request?: (index: number) => {
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** Whether each request has a connection of its own, as spreads them over the workers. */
  readonly freshConnections?: boolean;
}

/** Sends many requests, some at a time, and returns the answers in the order of the requests. */
export async function drive(options: DriveOptions): Promise<Response[]> {
  const agent = new Agent({ keepAlive: options.freshConnections !== true, maxSockets: options.concurrency });
  const answers: Response[] = [];
  let next = 0;
  const work = async () => {
    while (next < options.count) {
      const index = next++;
      answers[index] = await request({ port: options.port, agent, path: '/', ...options.request?.(index) });
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  agent.destroy();
  return answers;
}

/** How often each text occurs. */
export function tally(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}
