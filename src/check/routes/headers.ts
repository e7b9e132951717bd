import type { Path } from '../../diagnostics/diagnostic.ts';
import type { DiagnosticSink } from '../../gateway/common/context.ts';
import type { Header } from '../../gateway/common/gateway.ts';
import { credentialHeaders } from '../../gateway/credentials/headers.ts';
import { forwardingHeaders, framingHeaders } from '../common/gateway-headers.ts';
import type { Check } from '../common/rule.ts';

/** OC2006 and OC3008: headers that a spec may not set by hand. */
export const checkHeaders: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams)
    checkRequestHeaders(upstream.requestHeaders, [...upstream.at, 'request_headers'], sink);
  for (const route of gateway.routes) {
    checkRequestHeaders(route.requestHeaders, [...route.at, 'request_headers'], sink);
    checkResponseHeaders(route.responseHeaders, [...route.at, 'response_headers'], sink);
  }
  checkResponseHeaders(gateway.server.responseHeaders, ['server', 'response_headers'], sink);
};

function checkRequestHeaders(headers: readonly Header[], path: Path, sink: DiagnosticSink): void {
  for (const { name } of headers) {
    const at = [...path, name];
    if (credentialHeaders.some((header) => header.toLowerCase() === name.toLowerCase())) {
      sink.error('OC2006', at, {
        part: 'key',
        message: `\`${name}\` carries a credential`,
        help: 'use `credential: env:NAME` on the upstream, so that the secret stays out of the configuration',
      });
    }
    if (forwardingHeaders.has(name.toLowerCase()))
      sink.error('OC3008', at, { part: 'key', message: `\`${name}\` is set by the gateway` });
    rejectFraming(name, at, sink);
  }
  rejectDuplicates(headers, path, sink);
}

function checkResponseHeaders(headers: readonly Header[], path: Path, sink: DiagnosticSink): void {
  for (const { name } of headers) rejectFraming(name, [...path, name], sink);
  rejectDuplicates(headers, path, sink);
}

function rejectFraming(name: string, at: Path, sink: DiagnosticSink): void {
  if (!framingHeaders.has(name.toLowerCase())) return;
  const help = name.toLowerCase() === 'host' ? 'use `host` on the upstream' : 'leave it to the gateway';
  sink.error('OC3008', at, { part: 'key', message: `\`${name}\` cannot be set`, help });
}

function rejectDuplicates(headers: readonly Header[], path: Path, sink: DiagnosticSink): void {
  const seen = new Map<string, string>();
  for (const { name } of headers) {
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined) {
      sink.error('OC3001', [...path, name], {
        part: 'key',
        message: `header \`${name}\` is set twice`,
        related: [{ message: 'also here', path: [...path, earlier], part: 'key' }],
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}
