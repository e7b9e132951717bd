import { PassThrough } from 'node:stream';
import { now } from './clock.ts';
import { openHttp1 } from './http/open-http1.ts';
import { openHttp2 } from './http/open-http2.ts';
import type { OpenResponse, RequestOptions } from './http/request-options.ts';
import { joinHeaders } from './mock/recorded-request.ts';

interface ResponseHead {
  readonly status: number;
  readonly httpVersion: string;
  readonly tlsProtocol: string | undefined;
  /** Lower-case names; the values of a duplicate joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
}

export interface Response extends ResponseHead {
  readonly body: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
  json(): any;
}

/** A piece of a body and when it arrived: ms since 1970 with a fraction, on the clock of the mock model server. */
export interface Chunk {
  readonly text: string;
  readonly at: number;
}

export interface StreamingResponse extends ResponseHead, AsyncIterable<Chunk> {
  readonly headersAt: number;
  abort(): void;
}

/** Sends a request and reads the whole answer. Rejects when the connection breaks before the end of the body. */
export async function request(options: RequestOptions): Promise<Response> {
  const [response, body] = await withTimeout(options, async (limited) => {
    const opened = await open(limited);
    const parts: Buffer[] = [];
    for await (const part of opened.body) parts.push(part);
    return [opened, Buffer.concat(parts)] as const;
  });
  const text = body.toString('utf8');
  return { ...head(response), body, text, json: () => JSON.parse(text) };
}

/** Sends a request and resolves at the headers; iterate for the chunks as they arrive. */
export async function stream(options: RequestOptions): Promise<StreamingResponse> {
  const response = await withTimeout(options, open);
  const headersAt = now();
  // Stamped on arrival, not when the test comes round to read.
  const chunks = new PassThrough({ objectMode: true });
  response.body.setEncoding('utf8');
  response.body.on('data', (text: string) => chunks.write({ text, at: now() } satisfies Chunk));
  response.body.once('end', () => chunks.end());
  response.body.once('error', (error) => chunks.destroy(error));
  chunks.on('error', () => undefined); // reported by the iteration
  return {
    ...head(response),
    headersAt,
    abort: response.abort,
    [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator](),
  };
}

function open(options: RequestOptions): Promise<OpenResponse> {
  return options.http2 ? openHttp2(options) : openHttp1(options);
}

function head(response: OpenResponse): ResponseHead {
  const { status, httpVersion, tlsProtocol, rawHeaders } = response;
  return { status, httpVersion, tlsProtocol, rawHeaders, headers: joinHeaders(rawHeaders) };
}

async function withTimeout<Result>(
  options: RequestOptions,
  work: (limited: RequestOptions) => Promise<Result>,
): Promise<Result> {
  const { timeoutMs = 15_000 } = options;
  const controller = new AbortController();
  const error = new Error(`no answer to ${options.method ?? ''} ${options.path ?? '/'} within ${timeoutMs} ms`);
  const timer = setTimeout(() => controller.abort(error), timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
  try {
    return await work({ ...options, signal });
  } catch (cause) {
    throw controller.signal.aborted ? error : cause;
  } finally {
    clearTimeout(timer);
  }
}
