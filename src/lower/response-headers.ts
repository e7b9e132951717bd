import type { Gateway, Header } from '../model/gateway.ts';

/** Headers on every response of the server: the spec's own, and HSTS where it is asked for. */
export function responseHeadersOf(gateway: Gateway): readonly Header[] {
  const { server } = gateway;
  const hsts = server.tls?.hsts ?? null;
  return [
    ...server.responseHeaders,
    ...(hsts === null ? [] : [{ name: 'Strict-Transport-Security', value: `max-age=${Math.floor(hsts / 1000)}` }]),
  ];
}
