import type { Gateway, Route, Target } from '../../gateway/common/gateway.ts';
import type { LuaValue } from '../../nginx/token.ts';
import type { LowerContext } from '../common/context.ts';
import { defaultTimeouts } from '../common/default-timeouts.ts';
import type { RoutePlans } from './plan.ts';
import type { LoweredSplits } from './splits.ts';

/** What `openclaw.attempts.router` and `openclaw.attempts.attempts` know of routes whose upstream they choose. */
export function lowerRouting(
  context: LowerContext,
  options: { plans: RoutePlans; splits: LoweredSplits },
): Readonly<Record<string, LuaValue>> {
  const { gateway } = context;
  const routed = gateway.routes.filter((route) => options.plans.get(route)?.kind === 'routed');
  const upstreams = routed.flatMap((route) => {
    const plan = options.plans.get(route);
    return plan?.kind === 'routed' ? plan.upstreams : [];
  });
  return {
    ...(routed.length === 0
      ? {}
      : {
          routes: Object.fromEntries(
            routed.map((route) => [route.name, lowerRoute(route, options.splits.variables.get(route) ?? null)]),
          ),
          breakers: Object.fromEntries(
            upstreams.map(({ name, breaker, servers }) => [
              name,
              {
                servers: servers.length,
                ...(breaker === null ? {} : { failures: breaker.failures, open: breaker.open / 1000 }),
              },
            ]),
          ),
        }),
    ...(usesModels(gateway) ? { models: lowerModels(gateway) } : {}),
  };
}

function lowerRoute(route: Route, side: string | null): LuaValue {
  const { destination, retry, rewrite } = route;
  return {
    destination: destination.kind,
    side,
    ...(rewrite.kind === 'set'
      ? { path: rewrite.path }
      : rewrite.strip === '' && rewrite.add === ''
        ? {}
        : { strip: rewrite.strip, add: rewrite.add === '' ? null : rewrite.add }),
    targets: destination.kind === 'upstream' ? [{ upstream: destination.upstream }] : null,
    fallback: route.fallback.map(lowerTarget),
    tries: retry.tries,
    within: retry.within / 1000,
    on: { connect: retry.on.connect, reset: retry.on.reset, timeout: retry.on.timeout },
    statuses: [...retry.on.statuses],
  };
}

function usesModels({ routes }: Gateway): boolean {
  return routes.some(({ destination }) => destination.kind === 'by_model' || destination.kind === 'model_list');
}

function lowerModels({ models }: Gateway): LuaValue {
  return models.map(({ name, targets }) => ({ name, targets: targets.map(lowerTarget) }));
}

function lowerTarget({ upstream, model }: Target): LuaValue {
  return model === null ? { upstream } : { upstream, model };
}

/** The limits of routes, of which nginx alone holds one, and what a broken stream says: for the module that follows answers. */
export function lowerStreams(context: LowerContext, module: string): Readonly<Record<string, LuaValue>> {
  const streams = context.gateway.routes.flatMap((route) => {
    const { firstByte, idle, total } = route.timeouts;
    const event = route.streamErrors === 'event';
    if (firstByte === idle && total === null && !event && idle === defaultTimeouts.read) return [];
    const limits = {
      first_byte: firstByte / 1000,
      idle: idle / 1000,
      total: total === null ? null : total / 1000,
      read: readTimeout(route) / 1000,
      event: event ? true : null,
    };
    return [[route.name, limits] as const];
  });
  return streams.length === 0 ? {} : { answers: module, streams: Object.fromEntries(streams) };
}

/** nginx has one limit for the first byte and the gaps after it: the longer one, and our Lua holds the shorter. */
export function readTimeout({ timeouts }: Route): number {
  return Math.max(timeouts.firstByte, timeouts.idle);
}
