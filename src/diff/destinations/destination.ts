import type { Context, FieldRulesOf, Verdict } from '../common/rule.ts';
import { quote, quoteAll, verdict } from '../common/verdicts.ts';
import type { ComparedRoute } from './compared-route.ts';
import { describeDestination, showDestination, showSides, showTargets } from './describe-destination.ts';
import { judgeFallback } from './judge-fallback.ts';
import { judgeReach } from './judge-reach.ts';
import { movesBetween } from './moves-between.ts';
import { namesIn, reachOf } from './reach.ts';

/** What it means that something else answers a route. */
export const destinationRules: FieldRulesOf<
  ComparedRoute,
  'upstream' | 'split' | 'sticky' | 'forceHeader' | 'fallback'
> = {
  upstream: {
    label: 'upstream',
    about:
      "What answers: `upstream`, `split`, `by_model` or `answer`. Loosens when it is encrypted or verified less, when somebody else's service reads requests besides those that did, and when clients may reach it who might not reach the others.",
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
    show: showDestination,
    judge: (_before, _after, context) => judgeDestination(context),
  },
  split: {
    label: 'split',
    about:
      'The shares of the upstreams. One more upstream loosens as another one does; so does a greater share for one that is encrypted or verified less.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
    show: showSides,
    judge: (_before, _after, context) => judgeDestination(context),
  },
  sticky: {
    label: 'sticky',
    about: 'What keeps its side of a `split`.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    show: showSticky,
    judge: (_before, after, { title }) =>
      verdict(
        'reroutes',
        after === null
          ? `each request of ${title} is drawn, and may change sides`
          : `requests of ${title} with the same ${showSticky(after)} keep one side, which may be another one now`,
      ),
  },
  forceHeader: {
    label: 'force_header',
    about: 'The header by which a request names its side of a `split`. Loosens when a side is reached in no other way.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
    judge: (before, after, { title, after: route }) => {
      const hidden =
        route.destination.kind === 'split' ? route.destination.sides.filter(({ share }) => share === 0) : [];
      const sides = quoteAll(namesIn(hidden));
      if (after === null)
        return hidden.length > 0
          ? verdict('narrows', `no request of ${title} reaches ${sides} any more`)
          : verdict('reroutes', `requests of ${title} can no longer name their side`);
      return before === null && hidden.length > 0
        ? verdict('loosens', `requests of ${title} with header ${quote(after)} reach ${sides}, which none did`)
        : verdict('reroutes', `requests of ${title} name their side in header ${quote(after)}`);
    },
  },
  fallback: {
    label: 'fallback',
    about:
      'Where requests go when their first upstream fails. One more loosens as another `upstream` does. What is sent again, and when, is told as `retry`.',
    risks: ['loosens', 'narrows', 'reroutes', 'capacity'],
    takesEffect: 'reload',
    show: showTargets,
    judge: (was, now, { title, before, after, gateways }) =>
      judgeFallback(was, now, {
        requests: `requests of ${title}`,
        first: after.destination.kind === 'upstream' ? quote(after.destination.upstream) : 'the first upstream',
        was: reachOf(before, gateways.before),
        now: reachOf(after, gateways.after),
        routes: [after],
        gateways,
      }),
  },
};

function judgeDestination({ title, before, after, gateways }: Context<ComparedRoute>): Verdict {
  const [was, now] = [reachOf(before, gateways.before), reachOf(after, gateways.after)];
  const moves = movesBetween(
    { destination: before.destination, model: gateways.before },
    { destination: after.destination, model: gateways.after },
  );
  return judgeReach({
    ...moves,
    effect: describeMove({ title, before, after, gateways }),
    harmless: 'reroutes',
    was,
    now,
    routes: [after],
    gateways,
  });
}

function describeMove({ title, before, after, gateways }: Context<ComparedRoute>): string {
  const [was, now] = [before.destination, after.destination];
  const kind = was.kind === 'upstream' ? 'upstream ' : '';
  const requests =
    was.kind === 'model_list'
      ? `requests of ${title} that the gateway itself answered`
      : `requests of ${title} that reached ${kind}${describeDestination(was, gateways.before)}`;
  return now.kind === 'model_list'
    ? `${requests} are now answered by the gateway itself, with the list of models`
    : `${requests} now reach ${describeDestination(now, gateways.after)}`;
}

function showSticky(sticky: NonNullable<ComparedRoute['sticky']>): string {
  return sticky.kind === 'client' ? 'client' : `${sticky.kind} ${sticky.name}`;
}
