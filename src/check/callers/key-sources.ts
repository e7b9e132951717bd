import type { Path } from '../../diagnostics/diagnostic.ts';
import type { KeySource } from '../../language/common/access-scalars.ts';
import { forwardingHeaders, framingHeaders } from '../common/gateway-headers.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3016 and OC3008: keys where logs keep them, and keys in headers that mean something else. */
export const checkKeySources: Check = (gateway, sink) => {
  const readers = [...gateway.keyMaps, ...gateway.tokenIssuers, ...gateway.introspection];
  for (const { name, at, sources } of readers) {
    const from = [...at, 'from'];
    for (const source of sources) {
      const place = sink.placeOf(from, (text) => text.replace(/ +/g, ' ') === writtenAs(source));
      if (source.kind === 'query') warnQuery(name, place, sink);
      if (source.kind === 'header') rejectHeader(source.name, place, sink);
    }
  }
};

function writtenAs(source: KeySource): string {
  return 'name' in source ? `${source.kind} ${source.name}` : source.kind;
}

function warnQuery(name: string, place: Path, sink: CheckSink): void {
  sink.warning('OC3016', place, {
    message: `the keys of \`${name}\` travel in the request line, where logs keep them`,
    help: 'take them from a header, such as `bearer`, if callers can send one',
  });
}

/** Headers that every client sends, or that say something else about the request. */
const telling = new Set([
  'accept',
  'accept-language',
  'cache-control',
  'cf-connecting-ip',
  'content-encoding',
  'content-type',
  'cookie',
  'expect',
  'forwarded',
  'origin',
  'range',
  'referer',
  'user-agent',
  'via',
]);

function rejectHeader(header: string, place: Path, sink: CheckSink): void {
  const name = header.toLowerCase();
  if (!framingHeaders.has(name) && !forwardingHeaders.has(name) && !telling.has(name)) return;
  sink.error('OC3008', place, {
    message: `\`${header}\` cannot carry a key: it has a meaning of its own`,
    help:
      name === 'sec-websocket-protocol'
        ? 'write `websocket`, which takes the key from among the subprotocols'
        : 'take a header of your own, such as `header X-Client-Key`',
  });
}
