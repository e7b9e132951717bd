import type { Route, Upstream } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { duration, escapeRegex, expression, literal, regex, text, variable } from '../../nginx/token.ts';
import type { LowerContext } from '../common/context.ts';
import { defaultTimeouts } from '../common/default-timeouts.ts';
import { headersWithKeys } from '../common/headers-with-keys.ts';
import type { HeaderView } from '../common/response-headers.ts';
import { lowerHeader, lowerResponseHeaders, mergeHeaders } from '../common/response-headers.ts';
import { lowerJudgedHeaders } from '../reading/judged-headers.ts';
import { proxyFile } from '../upstreams/proxy.ts';
import { readTimeout } from './routing.ts';

/** How requests of a route are passed to one upstream. Null stands for what the server block says already. */
export interface ForwardView {
  readonly mirror: Token | null;
  readonly usesCredential: boolean;
  /** Variables of what is sent with some of the upstream's keys. */
  readonly sentVariables: readonly Token[];
  /** Whether the upstream's balancer tells what became of a conversation. */
  readonly tellsConversation: boolean;
  readonly rewrite: readonly Token[];
  /** Whether the rewritten path depends on the one before it. */
  readonly readsPath: boolean;
  readonly connectTimeout: Token | null;
  readonly readTimeout: Token | null;
  readonly sendTimeout: Token | null;
  readonly buffering: boolean;
  readonly withoutGzip: boolean;
  readonly withoutBrotli: boolean;
  readonly websocket: boolean;
  readonly requestHeaders: readonly HeaderView[];
  readonly responseHeaders: readonly HeaderView[];
  readonly proxyFile: Token;
}

export function lowerForward(
  route: Route,
  context: LowerContext,
  options: {
    upstream: Upstream;
    /** The variable that names the side of a split. */
    side: string | null;
    /** Where copies of the requests go. */
    mirror: Token | null;
  },
): ForwardView {
  const { gateway, capabilities } = context;
  const { upstream, side } = options;
  const { timeouts } = route;
  const read = readTimeout(route);
  const own = mergeHeaders(upstream.requestHeaders, route.requestHeaders);
  const tellsConversation = upstream.balance.kind === 'conversation';
  const told: readonly HeaderView[] = [
    ...(tellsConversation ? [{ name: text('X-OpenClaw-Conversation'), value: variable('openclaw_conversation') }] : []),
    ...(side === null ? [] : [{ name: text('X-OpenClaw-Side'), value: variable(side) }]),
  ];
  return {
    mirror: options.mirror,
    usesCredential: upstream.credential?.placement.kind === 'header',
    sentVariables: headersWithKeys(upstream).map((header) => variable(header.variable)),
    tellsConversation,
    rewrite: lowerRewrite(route, upstream),
    readsPath: route.rewrite.kind !== 'set' && route.path.kind !== 'exact',
    connectTimeout: timeouts.connect === defaultTimeouts.connect ? null : duration(timeouts.connect),
    readTimeout: read === defaultTimeouts.read ? null : duration(read),
    sendTimeout: timeouts.send === defaultTimeouts.send ? null : duration(timeouts.send),
    buffering: route.buffering,
    withoutGzip: !route.compression && gateway.compression.gzip !== null,
    withoutBrotli: !route.compression && gateway.compression.brotli !== null && capabilities.brotli,
    websocket: route.websocket,
    requestHeaders: [...own.map(lowerHeader), ...lowerJudgedHeaders(route, context, own)],
    responseHeaders:
      route.responseHeaders.length === 0 && told.length === 0
        ? []
        : [...lowerResponseHeaders(gateway, route.responseHeaders), ...told],
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
