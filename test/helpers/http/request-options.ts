import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import type { SecureVersion } from 'node:tls';

export interface TlsOptions {
  /** PEM of the authority to trust. */
  readonly ca?: string;
  readonly servername?: string;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** PEM of a client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface RequestOptions {
  readonly port: number;
  /** By default 127.0.0.1. */
  readonly host?: string;
  /** Sent as it is. By default `/`. */
  readonly path?: string;
  /** By default POST with a body, else GET. */
  readonly method?: string;
  /** In this order; duplicates are sent as they are. `Host` and `Content-Length` are added when missing. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** A body to encode, with its `Content-Type`. */
  readonly json?: unknown;
  readonly tls?: TlsOptions;
  /** With `tls` by ALPN, without by prior knowledge. */
  readonly http2?: boolean;
  /** For connections that outlive the request; by default each request has its own. */
  readonly agent?: HttpAgent | HttpsAgent;
  readonly signal?: AbortSignal;
  /** For `request` until the body is complete, for `stream` until the headers are there. By default 15 s. */
  readonly timeoutMs?: number;
}

/** An answer whose headers are there. */
export interface OpenResponse {
  readonly status: number;
  readonly httpVersion: string;
  readonly tlsProtocol: string | undefined;
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: Readable;
  /** Breaks the connection (HTTP/2: the stream). */
  abort(): void;
}

/** What goes over the wire, with the defaults filled in. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
}

export function toWireRequest(options: RequestOptions): WireRequest {
  const headers = Array.isArray(options.headers) ? [...options.headers] : Object.entries(options.headers ?? {});
  const has = (name: string) => headers.some(([given]) => given.toLowerCase() === name);
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  if (!has('host'))
    headers.unshift(['Host', `${options.tls?.servername ?? options.host ?? '127.0.0.1'}:${options.port}`]);
  if (options.json !== undefined && !has('content-type')) headers.push(['Content-Type', 'application/json']);
  if (body !== undefined && !has('content-length') && !has('transfer-encoding')) {
    headers.push(['Content-Length', String(Buffer.byteLength(body))]);
  }
  return {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    path: options.path ?? '/',
    headers,
    body: body === undefined ? undefined : Buffer.from(body),
  };
}
