import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from '../helpers/mock/behaviour.ts';
import { decodeBody } from '../helpers/mock/choose-reply.ts';
import type { RecordedRequest } from '../helpers/mock/recorded-request.ts';
import { startMockModelServer } from '../helpers/mock-model-server.ts';

/** The ways in which a provider fails. */
export type Failure = 'refuse' | 'reset' | 'hang' | '429' | '429 with Retry-After' | '500' | '503' | 'slow';

/** How long a provider takes that works, ms. */
export const servingMs = 10;
/** And one that is slow, but not too slow. */
const slowMs = 500;

const behaviours: Readonly<Record<Exclude<Failure, 'refuse'>, Partial<Behaviour>>> = {
  reset: { drop: true },
  hang: { delayMs: 60_000 },
  '429': { status: 429 },
  '429 with Retry-After': { status: 429, responseHeaders: [['Retry-After', '1']] },
  '500': { status: 500 },
  '503': { status: 503 },
  slow: { delayMs: slowMs },
};

/** A prompt that a provider has read to its end, and what the provider then did. */
export interface Receipt {
  readonly provider: string;
  readonly prompt: string;
  readonly outcome: 'answer' | 'status' | 'reset' | 'timeout';
  readonly at: number;
}

interface Received {
  readonly request: RecordedRequest;
  readonly failure: Failure | null;
}

export interface FailingProvider {
  readonly port: number;
  fail(failure: Failure): Promise<void>;
  recover(): Promise<void>;
  receipts(): readonly Receipt[];
  close(): Promise<void>;
}

/** A mock model server that fails on demand and keeps account of every prompt. */
export async function startFailingProvider(name: string): Promise<FailingProvider> {
  const server = await startMockModelServer({ name });
  const received: Received[] = [];
  let isRefusing = false;

  function behave(failure: Exclude<Failure, 'refuse'> | null): void {
    const behaviour = failure === null ? { delayMs: servingMs, chunks: 2 } : behaviours[failure];
    server.behave((request) => {
      received.push({ request, failure });
      return behaviour;
    });
  }

  behave(null);
  return {
    port: server.port,
    async fail(failure) {
      if (failure !== 'refuse') return behave(failure);
      // Between two answers: that a stream breaks which has begun is another matter.
      while (received.slice(-100).some(isAnswering)) await sleep(1);
      isRefusing = true;
      await server.refuse();
    },
    async recover() {
      if (isRefusing) await server.accept();
      isRefusing = false;
      behave(null);
    },
    receipts: () =>
      received.map((entry) => ({
        provider: name,
        prompt: promptOf(entry.request),
        outcome: outcomeOf(entry),
        at: entry.request.receivedAt ?? 0,
      })),
    close: () => server.close(),
  };
}

function isAnswering({ request, failure }: Received): boolean {
  const { finishedAt, abortedAt } = request;
  return failure !== 'hang' && failure !== 'reset' && finishedAt === undefined && abortedAt === undefined;
}

function promptOf({ body }: RecordedRequest): string {
  const { messages } = decodeBody(body) as { messages?: readonly { readonly content: string }[] };
  return messages?.[0]?.content ?? '';
}

function outcomeOf({ request, failure }: Received): Receipt['outcome'] {
  if (failure === 'hang') return 'timeout';
  if (failure === 'reset' || request.finishedAt === undefined) return 'reset';
  return failure === null || failure === 'slow' ? 'answer' : 'status';
}
