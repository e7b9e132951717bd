import type { Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { size, text, variable } from '../../nginx/token.ts';
import type { LowerContext } from '../common/context.ts';
import type { LoweredLua } from '../common/lowered-lua.ts';
import type { NativeAuthView } from '../common/native-auth.ts';
import type { HeaderView } from '../common/response-headers.ts';
import { lowerResponseHeaders } from '../common/response-headers.ts';
import type { ForwardView } from '../destinations/forward.ts';
import { lowerForward } from '../destinations/forward.ts';
import type { RoutePlan } from '../destinations/plan.ts';
import type { LimitsView } from '../limits/limits.ts';
import type { Refusals } from '../server/addresses.ts';

/** What a route does with a request that is its own. Null stands for what the server block says already. */
export interface HandlerView {
  readonly route: Token;
  /** The side of a split, for the log. */
  readonly side: Token | null;
  /** Null as long as nobody has chosen one. */
  readonly upstream: Token | null;
  /** Null is the error format of OpenAI. */
  readonly api: Token | null;
  readonly tooLarge: Token | null;
  readonly addresses: Refusals;
  readonly native: NativeAuthView | null;
  readonly limits: LimitsView | null;
  readonly identifyFile: Token | null;
  /** Whether our Lua says who is asking. */
  readonly knowsClient: boolean;
  /** Null writes problems where the server does. */
  readonly quietErrorLog: Token | null;
  readonly accessFile: Token | null;
  readonly maxBodySize: Token | null;
  /** Whether other locations start from the path and the arguments that it got. */
  readonly keepsPath: boolean;
  /** Null where our Lua chooses the upstream and goes on elsewhere, or answers itself. */
  readonly forward: ForwardView | null;
  /** Of answers that the gateway gives itself, where nothing is forwarded. */
  readonly responseHeaders: readonly HeaderView[];
}

export function lowerHandler(
  route: Route,
  context: LowerContext,
  options: {
    plan: RoutePlan;
    /** The variable that names the side of a split. */
    side: string | null;
    lua: LoweredLua;
    tooLarge: Token | null;
    addresses: Refusals;
    native: NativeAuthView | null;
    limits: LimitsView | null;
    quietErrorLog: Token | null;
    knowsClient: boolean;
    mirror: Token | null;
  },
): HandlerView {
  const { gateway } = context;
  const { plan, lua } = options;
  const isPlain = plan.kind === 'plain';
  return {
    route: text(route.name),
    upstream: isPlain ? text(plan.upstream.name) : null,
    side: isPlain && options.side !== null ? variable(options.side) : null,
    api: route.api === 'openai' ? null : text(route.api),
    tooLarge: options.tooLarge,
    addresses: options.addresses,
    native: options.native,
    limits: options.limits,
    identifyFile: lua.identifyFiles.get(route) ?? null,
    knowsClient: options.knowsClient,
    quietErrorLog: options.quietErrorLog,
    accessFile: lua.accessFiles.get(route) ?? null,
    maxBodySize: route.maxBodySize === gateway.server.maxBodySize ? null : size(route.maxBodySize),
    keepsPath: plan.kind === 'routed' || options.mirror !== null,
    forward: isPlain
      ? lowerForward(route, context, { upstream: plan.upstream, side: options.side, mirror: options.mirror })
      : null,
    responseHeaders:
      isPlain || route.responseHeaders.length === 0 ? [] : lowerResponseHeaders(gateway, route.responseHeaders),
  };
}
