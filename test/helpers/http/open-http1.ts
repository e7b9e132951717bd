import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { pairHeaders } from '../mock/recorded-request.ts';
import { type OpenResponse, type RequestOptions, toWireRequest } from './request-options.ts';

/** Sends a request over HTTP/1.1; resolves when the headers of the answer are there. */
export function openHttp1(options: RequestOptions): Promise<OpenResponse> {
  const { method, path, headers, body } = toWireRequest(options);
  return new Promise((resolve, reject) => {
    const request = (options.tls ? httpsRequest : httpRequest)({
      host: options.host ?? '127.0.0.1',
      port: options.port,
      method,
      path,
      headers: headers.flat(),
      agent: options.agent ?? false,
      ...options.tls,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    request.on('error', reject);
    request.once('response', (response) =>
      resolve({
        status: response.statusCode ?? 0,
        httpVersion: response.httpVersion,
        tlsProtocol: (response.socket as Partial<TLSSocket>).getProtocol?.() ?? undefined,
        rawHeaders: pairHeaders(response.rawHeaders),
        body: response,
        abort: () => request.destroy(),
      }),
    );
    request.end(body);
  });
}
