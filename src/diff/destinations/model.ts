import type { Context, FieldRules, ObjectRules, Verdict } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { type ComparedModel, judgeUnused, reachOfModel, routesByModel } from './compared-model.ts';
import { showTargets } from './describe-destination.ts';
import { judgeFallback } from './judge-fallback.ts';
import { judgeReach, type ReachOptions } from './judge-reach.ts';

/** What a change of a line in the table of models means. */
const modelRules: FieldRules<ComparedModel, 'name'> = {
  upstream: {
    label: 'upstream',
    about: 'Who serves it. Loosens as another `upstream` of a route does.',
    risks: ['loosens', 'narrows', 'reroutes', 'cosmetic'],
    takesEffect: 'reload',
    judge: (before, after, context) =>
      judgeInUse(context, (shared) =>
        judgeReach({
          ...shared,
          effect: `requests for ${context.title} that reached upstream ${quote(before)} now reach ${quote(after)}`,
          harmless: 'reroutes',
          from: [before],
          to: [after],
        }),
      ),
  },
  as: {
    label: 'as',
    about: "The upstream's own name for it: another model may answer, at another price.",
    risks: ['reroutes', 'cosmetic'],
    takesEffect: 'reload',
    judge: (_before, after, context) =>
      judgeInUse(context, () => {
        const asked = after === null ? 'by the name that clients write' : `for ${quote(after)}`;
        return verdict('reroutes', `upstream ${quote(context.after.upstream)} is asked ${asked}`);
      }),
  },
  fallback: {
    label: 'fallback',
    about: 'Where its requests go when that fails. One more loosens as another `upstream` does.',
    risks: ['loosens', 'narrows', 'reroutes', 'capacity', 'cosmetic'],
    takesEffect: 'reload',
    show: showTargets,
    judge: (before, after, context) =>
      judgeInUse(context, (shared) =>
        judgeFallback(before, after, {
          ...shared,
          requests: `requests for ${context.title}`,
          first: quote(context.after.upstream),
        }),
      ),
  },
};

type Shared = Pick<ReachOptions, 'was' | 'now' | 'routes' | 'gateways'>;

function judgeInUse({ before, after, gateways }: Context<ComparedModel>, judge: (shared: Shared) => Verdict): Verdict {
  const routes = routesByModel(gateways);
  return routes.length === 0
    ? judgeUnused(gateways)
    : judge({ was: reachOfModel(before), now: reachOfModel(after), routes, gateways });
}

export const modelObject = {
  fields: modelRules,
  lists: {},
  identity: ['name'],
} as const satisfies ObjectRules;
