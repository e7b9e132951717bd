import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsOptions } from './request-options.ts';

interface SendBytesOptions {
  readonly port: number;
  readonly bytes: string | Buffer;
  readonly tls?: TlsOptions;
  /** How long to wait for the server to close; what has come by then is returned. By default 2 s. */
  readonly timeoutMs?: number;
}

/** Sends bytes that no HTTP client would, and returns all that the server says until it closes. Text is latin1. */
export function sendBytes(options: SendBytesOptions): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const target = { host: '127.0.0.1', port: options.port };
    const socket = options.tls ? connectTls({ ...target, ...options.tls }) : connect(target);
    const finish = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(options.timeoutMs ?? 2_000, finish);
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.once('error', finish);
    socket.once('close', finish);
    socket.write(typeof options.bytes === 'string' ? Buffer.from(options.bytes, 'latin1') : options.bytes);
  });
}
