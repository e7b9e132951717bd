import type { Route, Upstream } from '../model/gateway.ts';
import type { Token } from '../nginx/token.ts';
import { duration, escapeRegex, expression, literal, regex, size, text, variable } from '../nginx/token.ts';
import type { Refusals } from './lower-addresses.ts';
import type { LowerContext } from './lower-context.ts';
import type { LoweredLua } from './lower-lua.ts';
import type { NativeAuthView } from './lower-native-auth.ts';
import { proxyFile } from './lower-proxy.ts';
import type { HeaderView } from './response-headers.ts';
import { lowerHeader, lowerResponseHeaders, mergeHeaders } from './response-headers.ts';

/** What a route does with a request that is its own. Null stands for what the server block says already. */
export interface HandlerView {
  readonly route: Token;
  readonly upstream: Token;
  /** Null is the error format of OpenAI. */
  readonly api: Token | null;
  readonly tooLarge: Token | null;
  readonly addresses: Refusals;
  readonly native: NativeAuthView | null;
  readonly identifyFile: Token | null;
  /** Whether our Lua says who is asking. */
  readonly knowsClient: boolean;
  /** Null writes problems where the server does. */
  readonly quietErrorLog: Token | null;
  readonly usesCredential: boolean;
  readonly rewrite: readonly Token[];
  readonly accessFile: Token | null;
  readonly maxBodySize: Token | null;
  readonly connectTimeout: Token | null;
  readonly idleTimeout: Token | null;
  readonly sendTimeout: Token | null;
  readonly buffering: boolean;
  readonly withoutGzip: boolean;
  readonly withoutBrotli: boolean;
  readonly websocket: boolean;
  readonly requestHeaders: readonly HeaderView[];
  readonly responseHeaders: readonly HeaderView[];
  readonly proxyFile: Token;
}

/** The time limits that the server block sets for all routes; a route repeats only what differs. */
export const defaultTimeouts = { connect: 5000, idle: 300_000, send: 60_000 } as const;

export function lowerHandler(
  route: Route,
  context: LowerContext,
  options: {
    lua: LoweredLua;
    tooLarge: Token | null;
    addresses: Refusals;
    native: NativeAuthView | null;
    quietErrorLog: Token | null;
    knowsClient: boolean;
  },
): HandlerView {
  const { gateway, capabilities } = context;
  const upstream = context.upstreams.get(route.upstream);
  if (upstream === undefined) throw new Error(`route ${route.name} has no upstream`);
  const { timeouts } = route;
  return {
    route: text(route.name),
    upstream: text(route.upstream),
    api: route.api === 'openai' ? null : text(route.api),
    tooLarge: options.tooLarge,
    addresses: options.addresses,
    native: options.native,
    identifyFile: options.lua.identifyFiles.get(route) ?? null,
    knowsClient: options.knowsClient,
    quietErrorLog: options.quietErrorLog,
    usesCredential: upstream.credential?.placement.kind === 'header',
    rewrite: lowerRewrite(route, upstream),
    accessFile: options.lua.accessFiles.get(route) ?? null,
    maxBodySize: route.maxBodySize === gateway.server.maxBodySize ? null : size(route.maxBodySize),
    connectTimeout: timeouts.connect === defaultTimeouts.connect ? null : duration(timeouts.connect),
    idleTimeout: timeouts.idle === defaultTimeouts.idle ? null : duration(timeouts.idle),
    sendTimeout: timeouts.send === defaultTimeouts.send ? null : duration(timeouts.send),
    buffering: route.buffering,
    withoutGzip: !route.compression && gateway.compression.gzip !== null,
    withoutBrotli: !route.compression && gateway.compression.brotli !== null && capabilities.brotli,
    websocket: route.websocket,
    requestHeaders: mergeHeaders(upstream.requestHeaders, route.requestHeaders).map(lowerHeader),
    responseHeaders: route.responseHeaders.length === 0 ? [] : lowerResponseHeaders(gateway, route.responseHeaders),
    proxyFile: text(proxyFile(upstream.name)),
  };
}

/**
 * Every handler rewrites, if only to the same path: the upstream then gets the path that was matched, in normal form,
 * and not the client's spelling of it, which upstreams may read in another way. Captures are named, and the
 * replacement has no `?` (CVE-2026-42945).
 */
function lowerRewrite(route: Route, upstream: Upstream): readonly Token[] {
  const { rewrite, path } = route;
  if (rewrite.kind === 'set') return [text('^'), literal(upstream.basePath + rewrite.path), text('break')];
  const front = `${upstream.basePath}${rewrite.add}`;
  if (path.kind === 'exact') {
    const rest = path.path.slice(rewrite.strip.length);
    return [text('^'), literal(front + (rest.startsWith('/') ? rest : `/${rest}`)), text('break')];
  }
  if (front === '' && rewrite.strip === '') return [text('^'), variable('uri'), text('break')];
  const pattern = regex(`(?s)\\A${escapeRegex(rewrite.strip)}/?(?<openclaw_rest>.*)\\z`);
  return [pattern, expression([{ literal: `${front}/` }, { variable: 'openclaw_rest' }]), text('break')];
}
