import type { Route, Upstream } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, number, text, variable } from '../../nginx/token.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import type { Plans } from '../common/plans.ts';
import { quietErrorLogOf } from '../common/quiet-error-log.ts';
import { attemptScript } from './access-scripts.ts';
import type { ForwardView } from './forward.ts';
import { lowerForward } from './forward.ts';
import type { LoweredMirrors } from './mirrors.ts';
import { attemptFile, attemptLocation } from './plan.ts';

/** Two locations for each upstream that a route may try: one that leads on when it fails, and one that does not. */
export interface AttemptView {
  readonly title: readonly Token[];
  readonly place: Token;
  readonly location: Token;
  readonly lastLocation: Token;
  readonly file: Token;
  /** Answers that are not passed on. */
  readonly statuses: readonly Token[];
}

/** What both of them do. */
export interface AttemptFileView {
  readonly title: readonly Token[];
  readonly place: Token;
  readonly upstream: Token;
  readonly side: Token | null;
  readonly quietErrorLog: Token | null;
  readonly accessFile: Token;
  readonly forward: ForwardView;
}

export interface LoweredAttempts {
  readonly views: readonly AttemptView[];
  readonly files: readonly TemplateFile<'conf.d/attempt.conf', AttemptFileView>[];
}

/** What an upstream answers when its key is not, or no longer, good: another key or upstream may do. */
const keyStatuses = [401, 402, 403, 429];

/** nginx's own for an upstream that cannot be reached, breaks off, or is late. */
const brokenStatuses = [502, 504];

export function lowerAttempts(context: LowerContext, plans: Plans, mirrors: LoweredMirrors): LoweredAttempts {
  const attempts = context.gateway.routes.flatMap((route) => {
    const plan = plans.routes.get(route);
    if (plan?.kind !== 'routed') return [];
    return plan.upstreams.map((upstream) => ({
      view: lowerAttempt(route, upstream, context),
      file: lowerAttemptFile(route, upstream, {
        context,
        side: plans.sides.get(route) ?? null,
        mirror: mirrors.locations.get(route) ?? null,
      }),
    }));
  });
  return { views: attempts.map(({ view }) => view), files: attempts.map(({ file }) => file) };
}

function lowerAttempt(route: Route, upstream: Upstream, context: LowerContext): AttemptView {
  const location = attemptLocation(route, upstream.name);
  const statuses = [...new Set([...keyStatuses, ...brokenStatuses, ...route.retry.on.statuses])];
  return {
    title: ['route', route.name, 'at', upstream.name].map(comment),
    place: placeOf(context, route.at),
    location: text(location),
    lastLocation: text(`${location}.last`),
    file: text(attemptFile(route, upstream.name)),
    statuses: statuses.sort((a, b) => a - b).map(number),
  };
}

function lowerAttemptFile(
  route: Route,
  upstream: Upstream,
  options: { context: LowerContext; side: string | null; mirror: Token | null },
): TemplateFile<'conf.d/attempt.conf', AttemptFileView> {
  const { context, side, mirror } = options;
  return {
    path: attemptFile(route, upstream.name),
    template: 'conf.d/attempt.conf',
    language: 'nginx',
    view: {
      title: ['route', route.name, 'at', upstream.name].map(comment),
      place: placeOf(context, route.at),
      upstream: text(upstream.name),
      side: side === null ? null : variable(side),
      quietErrorLog: quietErrorLogOf(context),
      accessFile: text(attemptScript(upstream)),
      forward: lowerForward(route, context, { upstream, side, mirror }),
    },
  };
}
