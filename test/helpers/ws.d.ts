/** The little of `ws` that the tests use; the package itself comes without types. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { ClientRequest, IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export interface ClientOptions {
    readonly headers?: Readonly<Record<string, string>>;
    readonly ca?: string;
    readonly servername?: string;
    readonly perMessageDeflate?: boolean;
  }

  export class WebSocket extends EventEmitter {
    constructor(url: string, protocols?: string | readonly string[], options?: ClientOptions);
    readonly protocol: string;
    readonly readyState: 0 | 1 | 2 | 3;
    send(data: string | Buffer, options?: { readonly binary?: boolean }): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: 'close', listener: (code: number, reason: Buffer) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'upgrade', listener: (response: IncomingMessage) => void): this;
    on(event: 'unexpected-response', listener: (request: ClientRequest, response: IncomingMessage) => void): this;
    on(event: 'open', listener: () => void): this;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: { readonly noServer: true });
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      callback: (websocket: WebSocket) => void,
    ): void;
    on(event: 'headers', listener: (headers: string[], request: IncomingMessage) => void): this;
  }
}
