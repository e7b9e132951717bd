import { compareText } from '../../compare-text.ts';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Spec } from '../../language/spec.ts';
import type { DiagnosticSink } from '../common/context.ts';
import type { Header, Listener, Server, ServerTls, TrustedProxies } from '../common/gateway.ts';
import type { AddressContext } from './addresses.ts';
import { resolveAddressRules } from './addresses.ts';
import { cloudflareRanges } from './cloudflare-ranges.ts';

type ServerSection = NonNullable<Spec['server']>;

/** A fresh gateway listens here: a port that needs no privileges. */
const defaultPlainPort = 8080;
/** Prompts with images and long contexts reach megabytes; nginx's own default of 1m refuses them. */
const defaultMaxBodySize = 32 * 1_048_576;

/** As Node's own servers have it for whole requests (nodejs.org/api/http.html, `server.requestTimeout`). */
const defaultBodyTimeout = 300_000;

export function resolveServer(
  section: ServerSection,
  { addresses, connections }: { addresses: AddressContext; connections: number },
): Server {
  const { sink } = addresses;
  const tls = resolveTls(section);
  const listeners = resolveListeners(section, sink);
  return {
    names: [...new Set(section.names ?? [])],
    listeners,
    http2: section.listen?.http2 ?? true,
    tls,
    redirect: resolveRedirect(section, listeners),
    trustedProxies: resolveTrustedProxies(section.trusted_proxies),
    addresses: resolveAddressRules(section, ['server'], addresses),
    limits: [...new Set(section.limits ?? [])],
    bodyTimeout: section.body_timeout ?? defaultBodyTimeout,
    connectionsPerAddress: resolveConnections(section, connections),
    keepalive: { timeout: section.keepalive?.timeout ?? 65_000, requests: section.keepalive?.requests ?? 1000 },
    maxBodySize: section.max_body_size ?? defaultMaxBodySize,
    responseHeaders: sortedHeaders(section.response_headers),
  };
}

/**
 * A request has a connection to an upstream too, so that one address has half of a worker at most. Private addresses are
 * those of load balancers, of which nobody has said that they tell the client's: behind one everybody would share a bound.
 */
function resolveConnections(section: ServerSection, connections: number): Server['connectionsPerAddress'] {
  const given = section.connections_per_address;
  if (given === false) return null;
  return {
    most: given ?? Math.max(1, Math.floor(connections / 4)),
    private: given !== undefined || section.trusted_proxies !== undefined,
  };
}

export function sortedHeaders(record: Readonly<Record<string, string>> | undefined): readonly Header[] {
  return Object.entries(record ?? {})
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => compareText(a.name.toLowerCase(), b.name.toLowerCase()));
}

function resolveTls(section: ServerSection): ServerTls | null {
  const tls = section.tls;
  if (tls === undefined) return null;
  return {
    certificate: tls.certificate,
    certificateKey: tls.certificate_key,
    profile: tls.profile ?? 'intermediate',
    hsts: tls.hsts === undefined || tls.hsts === false ? null : tls.hsts,
  };
}

function resolveListeners(section: ServerSection, sink: DiagnosticSink): readonly Listener[] {
  const { http, https } = section.listen ?? {};
  const path = ['server', 'listen'];
  const placeOf = (key: 'http' | 'https', index: number): Path =>
    sink.has([...path, key, index]) ? [...path, key, index] : [...path, key];
  if (https !== undefined && section.tls === undefined) {
    sink.error('OC3008', [...path, 'https'], {
      part: 'key',
      message: '`listen.https` needs `tls`',
      help: 'add `tls: { certificate: …, certificate_key: … }` to `server`',
    });
  }
  const plain =
    http ??
    (section.tls === undefined
      ? [{ host: null, port: defaultPlainPort }]
      : https === undefined
        ? [{ host: null, port: 80 }]
        : []);
  const secure = section.tls === undefined ? [] : (https ?? [{ host: null, port: 443 }]);
  const listeners: readonly Listener[] = [
    ...plain.map((address, index) => ({ ...address, tls: false, at: placeOf('http', index) })),
    ...secure.map((address, index) => ({ ...address, tls: true, at: placeOf('https', index) })),
  ];
  rejectDuplicates(listeners, sink);
  return listeners;
}

function rejectDuplicates(listeners: readonly Listener[], sink: DiagnosticSink): void {
  const seen = new Map<string, Listener>();
  for (const listener of listeners) {
    const key = `${listener.host ?? '*'}:${listener.port}`;
    const earlier = seen.get(key);
    seen.set(key, listener);
    if (earlier === undefined) continue;
    const message = `\`${key}\` is listened on twice`;
    const written = [earlier, listener].filter(({ at }) => sink.has(at));
    const [first, second] = written;
    if (first !== undefined && second !== undefined)
      sink.error('OC3014', second.at, { message, related: [{ message: 'first here', path: first.at }] });
    else {
      const [other, word] = first === listener ? (['http', 'HTTP'] as const) : (['https', 'HTTPS'] as const);
      const help = `${word} listens there by default; set \`listen.${other}\` too`;
      sink.error('OC3014', (first ?? listener).at, { message, help });
    }
  }
}

function resolveRedirect(section: ServerSection, listeners: readonly Listener[]): Server['redirect'] {
  const secure = listeners.find((listener) => listener.tls);
  if (secure === undefined || section.redirect === false) return null;
  return { status: section.redirect ?? 301, port: secure.port };
}

function resolveTrustedProxies(section: ServerSection['trusted_proxies']): TrustedProxies | null {
  if (section === undefined) return null;
  if (section === 'cloudflare') return { ranges: cloudflareRanges, header: 'CF-Connecting-IP', recursive: false };
  return { ranges: [...new Set(section)].sort(compareText), header: 'X-Forwarded-For', recursive: true };
}
