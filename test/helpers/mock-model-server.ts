import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { now } from './clock.ts';
import { type Behaviour, chooseBehaviour } from './mock/behaviour.ts';
import { chooseReply, decodeBody } from './mock/choose-reply.ts';
import { type RecordedRequest, recordRequest } from './mock/recorded-request.ts';
import { sendReply } from './mock/reply.ts';

export interface MockOptions {
  /** Sent back as `x-mock-server` and as `mock.name` in JSON. */
  readonly name?: string;
  /** By default any free one. */
  readonly port?: number;
  /** PEM texts. With `ca` a client certificate is asked for, recorded, and never refused. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  /** How long an idle connection is kept; 60 s by default. */
  readonly keepAliveTimeoutMs?: number;
}

/** Fixed, or chosen for each complete request; `index` counts the requests since the call of `behave`. */
type BehaviourSetting = Partial<Behaviour> | ((request: RecordedRequest, index: number) => Partial<Behaviour>);

export interface MockModelServer {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** In order of arrival, from the moment that the headers are there. Live: bodies and times appear later. */
  readonly requests: RecordedRequest[];
  /** Distinct TCP connections accepted so far. */
  readonly connections: number;
  /** The first recorded request that is complete, or aborted, and matches; waits up to 5 s for one to come. */
  waitForRequest(matches?: (request: RecordedRequest) => boolean, timeoutMs?: number): Promise<RecordedRequest>;
  /** Replaces what was set before; `{}` is the default behaviour. */
  behave(setting: BehaviourSetting): void;
  setKeepAliveTimeout(ms: number): void;
  /** Closes the listening socket and every connection: from now on connections are refused. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1 that speaks the OpenAI and Anthropic wire formats, and echoes any other path. */
export async function startMockModelServer(options: MockOptions = {}): Promise<MockModelServer> {
  const name = options.name ?? 'mock';
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let setting: BehaviourSetting = {};
  let sinceSetting = 0;

  const settings = { keepAliveTimeout: options.keepAliveTimeoutMs ?? 60_000, requestTimeout: 0 };
  const server = options.tls
    ? createHttpsServer({ ...settings, ...options.tls, requestCert: 'ca' in options.tls, rejectUnauthorized: false })
    : createHttpServer(settings);
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (message, response) => void answer(message, response));
  server.on('upgrade', upgrade);

  function record(message: IncomingMessage, websocket: boolean): RecordedRequest {
    const request = recordRequest(message, websocket);
    requests.push(request);
    return request;
  }

  function choose(request: RecordedRequest): Behaviour {
    const set = typeof setting === 'function' ? setting(request, sinceSetting) : setting;
    sinceSetting += 1;
    return chooseBehaviour(set, request.rawHeaders);
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = record(message, false);
    let isCut = false;
    response.once('finish', () => {
      request.finishedAt = now();
    });
    response.once('close', () => {
      if (request.finishedAt === undefined && !isCut) request.abortedAt = now();
    });
    const parts: Buffer[] = [];
    try {
      for await (const part of message) parts.push(part);
    } catch {
      return; // the client went away; 'close' notes it
    }
    request.body = Buffer.concat(parts);
    request.receivedAt = now();
    const context = { name, behaviour: choose(request), body: decodeBody(request.body) };
    await sendReply(response, chooseReply(request, context), context, () => {
      isCut = true;
      if (context.behaviour.reset) message.socket.resetAndDestroy();
      else response.destroy();
    });
  }

  const websockets = new WebSocketServer({ noServer: true });
  websockets.on('headers', (headers) => headers.push(`x-mock-server: ${name}`));
  function upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const request = record(message, true);
    request.receivedAt = now();
    const behaviour = choose(request);
    if (behaviour.drop) {
      socket.destroy();
    } else if (behaviour.status >= 400) {
      socket.end(`HTTP/1.1 ${behaviour.status} Refused\r\nx-mock-server: ${name}\r\nContent-Length: 0\r\n\r\n`);
    } else {
      websockets.handleUpgrade(message, socket, head, (websocket) => {
        websocket.on('message', (data, isBinary) => websocket.send(data, { binary: isBinary }));
        websocket.on('error', () => websocket.terminate());
        websocket.on('close', () => {
          request.finishedAt = now();
        });
      });
    }
  }

  async function listen(port: number): Promise<void> {
    server.listen({ port, host: '127.0.0.1' });
    await once(server, 'listening');
  }

  async function refuse(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await listen(options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    name,
    port,
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections;
    },
    waitForRequest: (matches = () => true, timeoutMs = 5_000) => waitFor(requests, matches, timeoutMs),
    behave(next) {
      setting = next;
      sinceSetting = 0;
    },
    setKeepAliveTimeout(ms) {
      server.keepAliveTimeout = ms;
    },
    refuse,
    accept: () => listen(port),
    close: refuse,
  };
}

async function waitFor(
  requests: readonly RecordedRequest[],
  matches: (request: RecordedRequest) => boolean,
  timeoutMs: number,
): Promise<RecordedRequest> {
  const deadline = now() + timeoutMs;
  for (;;) {
    const isComplete = (request: RecordedRequest) => (request.receivedAt ?? request.abortedAt) !== undefined;
    const found = requests.find((request) => isComplete(request) && matches(request));
    if (found !== undefined) return found;
    if (now() > deadline) {
      const seen = requests.map((request) => `${request.method} ${request.url}`).join(', ') || 'none at all';
      throw new Error(`no such request within ${timeoutMs} ms; seen: ${seen}`);
    }
    await sleep(2);
  }
}
