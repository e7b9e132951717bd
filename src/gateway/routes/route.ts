import { compareText } from '../../compare-text.ts';
import type { Spec } from '../../language/spec.ts';
import type { RouteAuth } from '../common/authentication.ts';
import type { Condition, Model, Route, Server, Upstream, ValueTest } from '../common/gateway.ts';
import { countAlternatives } from '../destinations/alternatives.ts';
import { resolveDestination } from '../destinations/destination.ts';
import { resolveTarget } from '../destinations/models.ts';
import { resolveRetry } from '../destinations/retry.ts';
import { resolveTimeouts } from '../destinations/timeouts.ts';
import type { AddressContext } from '../server/addresses.ts';
import { resolveAddressRules } from '../server/addresses.ts';
import { sortedHeaders } from '../server/server.ts';
import { usualApi } from './usual-api.ts';

type RouteSection = Spec['routes'][number];

export function resolveRoute(options: {
  section: RouteSection;
  index: number;
  name: string;
  server: Server;
  models: readonly Model[];
  upstreams: readonly Upstream[];
  addresses: AddressContext;
}): Route {
  const { section, index, name, server, models, upstreams, addresses } = options;
  const at = ['routes', index];
  const destination = resolveDestination(section, at, addresses.sink);
  const fallback = (section.fallback ?? []).map(resolveTarget);
  const timeouts = resolveTimeouts(section.timeouts);
  const alternatives = countAlternatives({ destination, fallback }, { models, upstreams });
  return {
    name,
    at,
    path: section.path,
    conditions: resolveConditions(section.match),
    auth: resolveAuth(section.auth),
    addresses: resolveAddressRules(section, at, addresses),
    limits: section.limits === undefined ? server.limits : [...new Set(section.limits)],
    api: section.api ?? usualApi({ destination }, { models, upstreams }),
    destination,
    fallback,
    retry: resolveRetry(section.retry, { alternatives, timeouts }),
    mirror:
      section.mirror === undefined
        ? null
        : { upstream: section.mirror.upstream, share: section.mirror.share ?? 10_000 },
    rewrite:
      section.set_path !== undefined
        ? { kind: 'set', path: section.set_path }
        : {
            kind: 'prefix',
            strip: withoutTrailingSlash(section.strip_prefix ?? ''),
            add: withoutTrailingSlash(section.add_prefix ?? ''),
          },
    timeouts,
    streamErrors: section.stream_errors ?? 'break',
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
  if (match.model !== undefined) conditions.push({ kind: 'model', patterns: sorted(match.model) });
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
