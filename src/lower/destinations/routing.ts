import type { Gateway, Route, Target } from '../../gateway/common/gateway.ts';
import type { LowerContext } from '../common/context.ts';
import { defaultTimeouts } from '../common/default-timeouts.ts';
import type { GatewayData, Named, RouteData, StreamData, TargetData } from '../common/gateway-data.ts';
import type { Plans } from '../common/plans.ts';

/** What `openclaw.attempts.router` and `openclaw.attempts.attempts` know of routes whose upstream they choose. */
export function lowerAttemptData({ gateway }: LowerContext, plans: Plans): Pick<GatewayData, 'routes' | 'breakers'> {
  const routed = gateway.routes.flatMap((route) => {
    const plan = plans.routes.get(route);
    return plan?.kind === 'routed' ? [{ route, upstreams: plan.upstreams }] : [];
  });
  return {
    routes: Object.fromEntries(
      routed.map(({ route }) => [route.name, lowerRoute(route, plans.sides.get(route) ?? null)]),
    ),
    breakers: Object.fromEntries(
      routed
        .flatMap(({ upstreams }) => upstreams)
        .map(({ name, breaker, servers }) => [
          name,
          {
            servers: servers.length,
            ...(breaker === null ? {} : { failures: breaker.failures, open: breaker.open / 1000 }),
          },
        ]),
    ),
  };
}

function lowerRoute(route: Route, side: string | null): RouteData {
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

/** The table of models, for `openclaw.models.model_table`. */
export function lowerModels({ models }: Gateway): NonNullable<GatewayData['models']> {
  return models.map(({ name, targets }) => ({ name, targets: targets.map(lowerTarget) }));
}

function lowerTarget({ upstream, model }: Target): TargetData {
  return model === null ? { upstream } : { upstream, model };
}

/** The limits of routes, for the module that follows answers; null where nginx's own do. */
export function lowerStreams(context: LowerContext): Named<StreamData> | null {
  const streams = context.gateway.routes.flatMap((route) => {
    const { firstByte, idle, total } = route.timeouts;
    const event = route.streamErrors === 'event';
    if (firstByte === idle && total === null && !event && idle === defaultTimeouts.read) return [];
    const limits = {
      first_byte: firstByte / 1000,
      idle: idle / 1000,
      total: total === null ? null : total / 1000,
      read: readTimeout(route) / 1000,
      event: event ? (true as const) : null,
    };
    return [[route.name, limits] as const];
  });
  return streams.length === 0 ? null : Object.fromEntries(streams);
}

/** nginx has one limit for the first byte and the gaps after it: the longer one, and our Lua holds the shorter. */
export function readTimeout({ timeouts }: Route): number {
  return Math.max(timeouts.firstByte, timeouts.idle);
}
