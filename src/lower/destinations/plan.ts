import type { Route, Upstream } from '../../gateway/common/gateway.ts';
import { targetsOf, upstreamsOf } from '../../gateway/common/targets.ts';
import { hasSeveralKeys } from '../../gateway/destinations/several-keys.ts';
import type { LowerContext } from '../common/context.ts';
import type { RoutePlan, RoutePlans } from '../common/plans.ts';
import { reportMissingLua } from '../common/report-missing-lua.ts';

/** Decides for each route; reports what a target without Lua cannot do (OC4001). */
export function planRoutes(context: LowerContext): RoutePlans {
  return new Map(
    context.gateway.routes.map((route): readonly [Route, RoutePlan] => {
      const upstreams = upstreamsOf(route, context.gateway).flatMap((name) => context.upstreams.get(name) ?? []);
      const [first] = upstreams;
      const reason = reasonForLua(route, upstreams, context);
      const isDrawn = !context.capabilities.lua && reason?.path[0] === 'split';
      if (!context.capabilities.lua)
        for (const missing of [...(reason === null || isDrawn ? [] : [reason]), ...limitsOfLua(route)])
          reportMissingLua(context, { at: [...route.at, ...missing.path], part: 'key', does: missing.does });
      if (isDrawn) return [route, { kind: 'drawn', upstreams }];
      if (reason === null && first !== undefined) return [route, { kind: 'plain', upstream: first }];
      return [route, route.destination.kind === 'model_list' ? { kind: 'model_list' } : { kind: 'routed', upstreams }];
    }),
  );
}

interface Reason {
  /** Where the spec asks for it, within the route. */
  readonly path: readonly string[];
  readonly does: string;
}

function reasonForLua(route: Route, upstreams: readonly Upstream[], context: LowerContext): Reason | null {
  switch (route.destination.kind) {
    case 'model_list':
      return { path: ['answer'], does: 'list models' };
    case 'by_model':
      return { path: ['upstream'], does: 'read the model of a request' };
    case 'split':
    case 'upstream':
      break;
  }
  if (route.conditions.some(({ kind }) => kind === 'model') && !context.capabilities.lua)
    return { path: ['match', 'model'], does: 'read the model of a request' };
  if (route.fallback.length > 0) return { path: ['fallback'], does: 'send requests to another upstream' };
  if (route.retry.given && route.retry.tries > 1) return { path: ['retry'], does: 'send requests again' };
  if (targetsOf(route, context.gateway).some(({ model }) => model !== null))
    return { path: ['upstream'], does: 'rename models' };
  if (upstreams.some(({ credential }) => hasSeveralKeys(credential)))
    return { path: ['upstream'], does: 'choose among keys' };
  // The end of such a request is an attempt that failed, and 504.
  const [limit] = limitsOfAttempts(route);
  if (context.capabilities.lua && limit !== undefined) return limit;
  // Last, because nginx can do this one.
  if (route.destination.kind === 'split') return { path: ['split'], does: 'split requests' };
  return null;
}

const firstByteLimit = 'tell the first byte from the rest';

function limitsOfAttempts({ timeouts }: Route): readonly Reason[] {
  return [
    ...(timeouts.firstByte < timeouts.idle ? [{ path: ['timeouts', 'first_byte'], does: firstByteLimit }] : []),
    ...(timeouts.total === null ? [] : [{ path: ['timeouts', 'total'], does: 'limit a whole request in time' }]),
  ];
}

/** What only our Lua holds of a route's limits and promises. */
export function limitsOfLua(route: Route): readonly Reason[] {
  const { timeouts, streamErrors } = route;
  return [
    ...limitsOfAttempts(route),
    ...(timeouts.firstByte > timeouts.idle ? [{ path: ['timeouts', 'idle'], does: firstByteLimit }] : []),
    ...(streamErrors === 'break' ? [] : [{ path: ['stream_errors'], does: 'end a broken stream with an event' }]),
  ];
}

/** The named location of an attempt; `.last` passes on whatever is answered. */
export function attemptLocation(route: Route, upstream: string): string {
  return `@${route.name}.${upstream}`;
}

export function attemptFile(route: Route, upstream: string): string {
  return `conf.d/attempts/${route.name}.${upstream}.conf`;
}
