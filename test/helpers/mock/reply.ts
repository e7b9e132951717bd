import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';

/** What an API makes its answer from. */
export interface ReplyContext {
  readonly name: string;
  readonly behaviour: Behaviour;
  /** The decoded JSON body; empty when there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A whole body, or a stream whose pieces are made at the moment they are sent. */
export type Reply =
  | { readonly kind: 'json'; readonly body: string }
  | {
      readonly kind: 'events';
      readonly opening: string;
      readonly piece: (index: number) => string;
      readonly closing: string;
    };

/** A JSON reply whose content, made by `build`, is padded until the body has the asked length. */
export function paddedJson(bodyBytes: number, build: (padding: string) => unknown): Reply {
  const body = JSON.stringify(build(''));
  const missing = bodyBytes - Buffer.byteLength(body);
  return { kind: 'json', body: missing > 0 ? JSON.stringify(build('x'.repeat(missing))) : body };
}

/** The text of piece `index`; all pieces together reach `bodyBytes`. */
export function pieceText(behaviour: Behaviour, index: number): string {
  return `token-${index} `.padEnd(Math.ceil(behaviour.bodyBytes / Math.max(1, behaviour.chunks)), 'x');
}

/** Sends a reply the way the behaviour says; `cut` breaks the connection. Returns early when the client goes away. */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  context: ReplyContext,
  cut: () => void,
): Promise<void> {
  const { behaviour } = context;
  if (behaviour.drop || behaviour.reset) return cut();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    await pause(behaviour.delayMs, gone.signal);
    const headers = [
      ...contentHeaders(reply, behaviour),
      ['x-mock-server', context.name],
      ...behaviour.responseHeaders,
    ];
    response.writeHead(behaviour.status, headers.flat());
    if (reply.kind === 'json' && !isBroken(behaviour)) response.end(reply.body);
    else await sendPieces(response, toEvents(reply, behaviour), behaviour, { signal: gone.signal, cut });
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

async function sendPieces(
  response: ServerResponse,
  reply: Extract<Reply, { kind: 'events' }>,
  behaviour: Behaviour,
  { signal, cut }: { readonly signal: AbortSignal; readonly cut: () => void },
): Promise<void> {
  response.flushHeaders();
  for (let index = 0; index <= behaviour.chunks; index += 1) {
    if (index === behaviour.stallAfterChunks) return;
    if (index === behaviour.cutAfterChunks) {
      await pause(behaviour.gapMs, signal); // lets what was written reach the other side before the reset
      return cut();
    }
    if (index === behaviour.chunks) break;
    if (index === 0) response.write(reply.opening);
    else await pause(behaviour.gapMs, signal);
    response.write(reply.piece(index));
  }
  response.end(reply.closing);
}

function contentHeaders(reply: Reply, behaviour: Behaviour): [string, string][] {
  const type =
    behaviour.contentType ?? (reply.kind === 'json' ? 'application/json' : 'text/event-stream; charset=utf-8');
  if (reply.kind === 'events')
    return [
      ['Content-Type', type],
      ['Cache-Control', 'no-cache'],
    ];
  return [
    ['Content-Type', type],
    ['Content-Length', String(Buffer.byteLength(reply.body))],
  ];
}

function isBroken(behaviour: Behaviour): boolean {
  return behaviour.cutAfterChunks !== undefined || behaviour.stallAfterChunks !== undefined;
}

/** A JSON body in slices, for an answer that is to break off in the middle. */
function toEvents(reply: Reply, behaviour: Behaviour): Extract<Reply, { kind: 'events' }> {
  if (reply.kind === 'events') return reply;
  const size = Math.ceil(reply.body.length / Math.max(1, behaviour.chunks));
  return {
    kind: 'events',
    opening: '',
    piece: (index) => reply.body.slice(index * size, (index + 1) * size),
    closing: '',
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal });
}
