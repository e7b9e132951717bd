import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { now } from '../clock.ts';

/** One request as the model server got it. Times are ms since 1970 with a fraction; absent means: not (yet). */
export interface RecordedRequest {
  readonly method: string;
  /** The request target exactly as sent, escapes and query included. */
  readonly url: string;
  readonly httpVersion: string;
  /** In order, with the spelling and the duplicates of the wire. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; the values of a duplicate joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly remotePort: number;
  readonly websocket: boolean;
  /** Server name of the TLS handshake. */
  readonly sni: string | undefined;
  readonly tlsProtocol: string | undefined;
  /** Common name of the client certificate. */
  readonly clientCertificate: string | undefined;
  readonly startedAt: number;
  body: Buffer;
  /** When the body was complete. */
  receivedAt?: number;
  /** When the answer was complete. */
  finishedAt?: number;
  /** When the connection ended, not by this server's behaviour, before the body or the answer was complete. */
  abortedAt?: number;
}

export function recordRequest(message: IncomingMessage, websocket: boolean): RecordedRequest {
  const socket = message.socket as Partial<TLSSocket> & { readonly remotePort?: number };
  const rawHeaders = pairHeaders(message.rawHeaders);
  return {
    method: message.method ?? '',
    url: message.url ?? '',
    httpVersion: message.httpVersion,
    rawHeaders,
    headers: joinHeaders(rawHeaders),
    remotePort: socket.remotePort ?? 0,
    websocket,
    sni: typeof socket.servername === 'string' ? socket.servername : undefined,
    tlsProtocol: socket.getProtocol?.() ?? undefined,
    clientCertificate: socket.getPeerCertificate?.()?.subject?.CN?.toString(),
    startedAt: now(),
    body: Buffer.alloc(0),
  };
}

/** Node's flat `[name, value, name, value]` as pairs. */
export function pairHeaders(flat: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) pairs.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return pairs;
}

/** A map with lower-case names; the values of a duplicate joined by `, `. */
export function joinHeaders(pairs: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const before = joined[key];
    joined[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return joined;
}
