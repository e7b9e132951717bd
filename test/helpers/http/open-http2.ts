import { connect, constants } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type OpenResponse, type RequestOptions, toWireRequest } from './request-options.ts';

/** Sends a request over HTTP/2 on a connection of its own; resolves when the headers of the answer are there. */
export function openHttp2(options: RequestOptions): Promise<OpenResponse> {
  const { method, path, headers, body } = toWireRequest(options);
  const sent: Record<string, string | string[]> = { ':method': method, ':path': path };
  for (const [name, value] of headers) {
    const key = name.toLowerCase() === 'host' ? ':authority' : name.toLowerCase();
    const before = sent[key];
    sent[key] = before === undefined ? value : [before, value].flat();
  }
  return new Promise((resolve, reject) => {
    const origin = `${options.tls ? 'https' : 'http'}://${options.host ?? '127.0.0.1'}:${options.port}`;
    const session = connect(origin, { ...options.tls });
    session.on('error', reject);
    const stream = session.request(sent, {
      endStream: body === undefined,
      ...(options.signal && { signal: options.signal }),
    });
    stream.on('error', reject);
    stream.once('close', () => session.close());
    stream.once('response', (answered) => {
      const pairs = Object.entries(answered).flatMap(([name, value]) =>
        [value ?? []].flat().map((one) => [name, String(one)] as const),
      );
      resolve({
        status: Number(answered[':status']),
        httpVersion: '2.0',
        tlsProtocol: (session.socket as Partial<TLSSocket>).getProtocol?.() ?? undefined,
        rawHeaders: pairs.filter(([name]) => !name.startsWith(':')),
        body: stream,
        abort: () => stream.close(constants.NGHTTP2_CANCEL),
      });
    });
    if (body !== undefined) stream.end(body);
  });
}
