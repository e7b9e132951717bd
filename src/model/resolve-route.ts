import type { Spec } from '../spec/spec.ts';
import type { RouteAuth } from './authentication.ts';
import type { Api, Condition, Route, Server, ValueTest } from './gateway.ts';
import type { AddressContext } from './resolve-addresses.ts';
import { resolveAddressRules } from './resolve-addresses.ts';
import { compareText, sortedHeaders } from './resolve-server.ts';

type RouteSection = Spec['routes'][number];

export function resolveRoute(options: {
  section: RouteSection;
  index: number;
  name: string;
  server: Server;
  /** Whose error format the upstream's provider speaks. */
  api: Api;
  addresses: AddressContext;
}): Route {
  const { section, index, name, server, api, addresses } = options;
  const at = ['routes', index];
  const timeouts = section.timeouts ?? {};
  return {
    name,
    at,
    path: section.path,
    conditions: resolveConditions(section.match),
    auth: resolveAuth(section.auth),
    addresses: resolveAddressRules(section, at, addresses),
    api: section.api ?? api,
    upstream: section.upstream,
    rewrite:
      section.set_path !== undefined
        ? { kind: 'set', path: section.set_path }
        : {
            kind: 'prefix',
            strip: withoutTrailingSlash(section.strip_prefix ?? ''),
            add: withoutTrailingSlash(section.add_prefix ?? ''),
          },
    timeouts: { connect: timeouts.connect ?? 5000, idle: timeouts.idle ?? 300_000, send: timeouts.send ?? 60_000 },
    maxBodySize: section.max_body_size ?? server.maxBodySize,
    buffering: section.buffering ?? false,
    websocket: section.websocket ?? false,
    compression: section.compression ?? true,
    responseHeaders: sortedHeaders(section.response_headers),
    requestHeaders: sortedHeaders(section.request_headers),
  };
}

function resolveAuth(auth: RouteSection['auth']): RouteAuth {
  if (auth === undefined) return { kind: 'unset' };
  if (auth === 'none') return { kind: 'none' };
  if ('any' in auth) return { kind: 'any', methods: [...new Set(auth.any)] };
  return { kind: auth.all.length === 1 ? 'any' : 'all', methods: [...new Set(auth.all)] };
}

function withoutTrailingSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

function resolveConditions(match: RouteSection['match']): readonly Condition[] {
  if (match === undefined) return [];
  const conditions: Condition[] = [];
  if (match.method !== undefined) {
    const methods = new Set<string>(match.method);
    if (methods.has('GET')) methods.add('HEAD');
    conditions.push({ kind: 'method', values: [...methods].sort(compareText) });
  }
  if (match.host !== undefined) conditions.push({ kind: 'host', values: sorted(match.host) });
  if (match.client !== undefined) conditions.push({ kind: 'client', ranges: sorted(match.client) });
  for (const kind of ['header', 'query'] as const) {
    const tests = Object.entries(match[kind] ?? {}).sort(([a], [b]) => compareText(a, b));
    for (const [name, test] of tests)
      conditions.push({ kind, name: kind === 'header' ? name.toLowerCase() : name, test: resolveTest(test) });
  }
  return conditions;
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort(compareText);
}

function resolveTest(test: boolean | readonly string[]): ValueTest {
  if (typeof test === 'boolean') return { kind: test ? 'present' : 'absent' };
  return { kind: 'one_of', values: sorted(test) };
}
