import { compareText } from '../../compare-text.ts';
import type { Gateway, Header } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { literal, text, variable } from '../../nginx/token.ts';

export interface HeaderView {
  readonly name: Token;
  readonly value: Token;
}

/** Empty over plain HTTP, where the header is forbidden (RFC 6797, 7.2); nginx leaves out headers without a value. */
const hstsVariable = 'openclaw_hsts';

/** Headers on every response of the server: the spec's own, and HSTS where it is asked for. */
export function lowerResponseHeaders(gateway: Gateway, own: readonly Header[]): readonly HeaderView[] {
  const hsts = { name: text('Strict-Transport-Security'), value: variable(hstsVariable) };
  return [
    ...(hstsValue(gateway) === null ? [] : [hsts]),
    ...mergeHeaders(gateway.server.responseHeaders, own).map(lowerHeader),
  ];
}

/** What HTTPS clients are told, or null when nothing is. */
export function hstsValue(gateway: Gateway): Token | null {
  const hsts = gateway.server.tls?.hsts ?? null;
  return hsts === null ? null : text(`max-age=${Math.floor(hsts / 1000)}`);
}

/** One header of each name, the last one given, sorted by name. */
export function mergeHeaders(...lists: readonly (readonly Header[])[]): readonly Header[] {
  const merged = new Map<string, Header>();
  for (const header of lists.flat()) merged.set(header.name.toLowerCase(), header);
  return [...merged.entries()].sort(([a], [b]) => compareText(a, b)).map(([, header]) => header);
}

export function lowerHeader(header: Header): HeaderView {
  return { name: text(header.name), value: literal(header.value) };
}
