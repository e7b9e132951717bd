import type { Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { size, text, variable } from '../../nginx/token.ts';
import type { LowerContext } from '../common/context.ts';
import type { NativeAuthView } from '../common/native-auth.ts';
import type { Plans, RoutePlan } from '../common/plans.ts';
import { quietErrorLogOf } from '../common/quiet-error-log.ts';
import type { HeaderView } from '../common/response-headers.ts';
import { lowerResponseHeaders } from '../common/response-headers.ts';
import type { ForwardView } from '../destinations/forward.ts';
import { lowerForward } from '../destinations/forward.ts';
import type { LimitsView } from '../limits/limits.ts';
import type { ConditionTable } from '../reading/conditions.ts';
import type { Refusals } from '../server/addresses.ts';
import { lowerAddressRules } from '../server/addresses.ts';

/** What a route does with a request that is its own. Null stands for what the server block says already. */
export interface HandlerView extends RouteParts {
  readonly route: Token;
  /** The side of a split, for the log. */
  readonly side: Token | null;
  /** Null as long as nobody has chosen one. */
  readonly upstream: Token | null;
  /** Null is the error format of OpenAI. */
  readonly api: Token | null;
  readonly tooLarge: Token | null;
  readonly addresses: Refusals;
  /** Whether our Lua says who is asking. */
  readonly knowsClient: boolean;
  /** Null writes problems where the server does. */
  readonly quietErrorLog: Token | null;
  readonly maxBodySize: Token | null;
  /** Whether other locations start from the path and the arguments that it got. */
  readonly keepsPath: boolean;
  /** Null where our Lua chooses the upstream and goes on elsewhere, or answers itself. */
  readonly forward: ForwardView | null;
  /** Of answers that the gateway gives itself, where nothing is forwarded. */
  readonly responseHeaders: readonly HeaderView[];
}

/** What has been made for a route elsewhere. */
export interface RouteParts {
  readonly native: NativeAuthView | null;
  readonly limits: LimitsView | null;
  readonly identifyFile: Token | null;
  readonly accessFile: Token | null;
  /** Where copies of its requests go. */
  readonly mirror: Token | null;
}

/** What all routes have in common. */
export interface RouteOptions {
  readonly plans: Plans;
  readonly partsOf: (route: Route) => RouteParts;
  readonly conditions: ConditionTable;
}

export function lowerHandler(
  route: Route,
  context: LowerContext,
  options: RouteOptions & { readonly plan: RoutePlan; readonly tooLarge: Token | null },
): HandlerView {
  const { gateway } = context;
  const { plan, plans } = options;
  const parts = options.partsOf(route);
  const side = plans.sides.get(route) ?? null;
  const isPlain = plan.kind === 'plain';
  return {
    ...parts,
    route: text(route.name),
    upstream: isPlain ? text(plan.upstream.name) : null,
    side: isPlain && side !== null ? variable(side) : null,
    api: route.api === 'openai' ? null : text(route.api),
    tooLarge: options.tooLarge,
    addresses: lowerAddressRules(route.addresses, options.conditions),
    knowsClient: plans.auth.get(route)?.kind === 'lua',
    quietErrorLog: quietErrorLogOf(context),
    maxBodySize: route.maxBodySize === gateway.server.maxBodySize ? null : size(route.maxBodySize),
    keepsPath: plan.kind === 'routed' || parts.mirror !== null,
    forward: isPlain ? lowerForward(route, context, { upstream: plan.upstream, side, mirror: parts.mirror }) : null,
    responseHeaders:
      isPlain || route.responseHeaders.length === 0 ? [] : lowerResponseHeaders(gateway, route.responseHeaders),
  };
}
