import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

interface ScriptedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What goes out, byte for byte: texts, and pauses in ms between them. */
export interface ScriptedAnswer {
  readonly parts: readonly (string | number)[];
  readonly end: 'close' | 'reset' | 'hang';
}

export interface ScriptedServer {
  readonly port: number;
  /** Every request so far, oldest first. */
  readonly requests: ScriptedRequest[];
  /** From now on connections are refused. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  stop(): Promise<void>;
}

export interface ScriptedServerOptions {
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly answer: (request: ScriptedRequest) => ScriptedAnswer;
}

/** Starts an HTTP server on 127.0.0.1 whose answers are bytes, so that they can be as wrong as a test needs. */
export async function startScriptedServer(options: ScriptedServerOptions): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const sockets = new Set<Socket>();

  async function handle(message: IncomingMessage): Promise<void> {
    const { method = '', url = '', headers, socket } = message;
    const request = { method, path: url, headers, body: await text(message) };
    requests.push(request);
    const { parts, end } = options.answer(request);
    for (const part of parts) {
      if (socket.destroyed) return;
      if (typeof part === 'number') await sleep(part);
      else socket.write(part, 'latin1');
    }
    if (end === 'close') socket.end();
    if (end === 'reset') socket.resetAndDestroy();
  }

  const listener = (message: IncomingMessage) => void handle(message).catch(() => message.socket.destroy());
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)));
  });

  async function accept(): Promise<void> {
    server.listen(options.port, '127.0.0.1');
    await once(server, 'listening');
  }
  async function refuse(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  await accept();
  return { port: options.port, requests, accept, refuse, stop: refuse };
}

/** The bytes of a well-formed answer with a `Content-Length`. */
export function httpAnswer(status: number, body: string, headers: readonly string[] = []): string {
  const length = `Content-Length: ${Buffer.byteLength(body, 'latin1')}`;
  return [`HTTP/1.1 ${status} Any`, length, ...headers, '', body].join('\r\n');
}
