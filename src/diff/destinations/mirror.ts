import type { Risk } from '../common/change.ts';
import type { Context, FieldRulesOf, Verdict } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import type { ComparedRoute } from './compared-route.ts';
import { showShare } from './describe-destination.ts';
import { judgeReach } from './judge-reach.ts';
import { reachOf } from './reach.ts';

type PublicMirror = NonNullable<ComparedRoute['mirror']>;

/** What it means that an upstream gets copies of requests. */
export const mirrorRules: FieldRulesOf<ComparedRoute, 'mirror'> = {
  mirror: {
    label: 'mirror',
    about:
      "Who gets copies of requests. Loosens when that is encrypted or verified less than what answers, and when it is somebody else's service that got nothing so far.",
    risks: ['loosens', 'reroutes', 'capacity'],
    takesEffect: 'reload',
    show: showMirror,
    judge: (before, after, context) =>
      after === null
        ? verdict('capacity', `copies of requests of ${context.title} no longer go to ${quote(before?.upstream ?? '')}`)
        : judgeMirror(after, context, 'reroutes'),
  },
  'mirror.upstream': {
    label: 'mirror.upstream',
    about: 'Another one for the copies, as above.',
    risks: ['loosens', 'reroutes'],
    takesEffect: 'reload',
    judge: (_before, _after, context) => judgeMirror(context.after.mirror, context, 'reroutes'),
  },
  'mirror.share': {
    label: 'mirror.share',
    about: 'How many of the requests are copied. More to one that is encrypted or verified less loosens.',
    risks: ['loosens', 'capacity'],
    takesEffect: 'reload',
    show: showShare,
    judge: (_before, _after, context) => judgeMirror(context.after.mirror, context, 'capacity'),
  },
};

function judgeMirror(
  mirror: PublicMirror | null,
  { title, before, after, gateways }: Context<ComparedRoute>,
  harmless: Risk,
): Verdict {
  const { upstream, share } = mirror ?? { upstream: '', share: 0 };
  const isMore = share > (before.mirror?.upstream === upstream ? before.mirror.share : 0);
  const [was, now] = [reachOf(before, gateways.before), reachOf(after, gateways.after)];
  return judgeReach({
    effect: `copies of ${share === 10_000 ? 'all' : `${showShare(share)} of the`} requests of ${title} now go to ${quote(upstream)}`,
    harmless,
    from: [...was.answers, ...was.copies],
    to: isMore ? [upstream] : [],
    was,
    now,
    // Nobody is let in or refused for the sake of a copy.
    routes: [],
    gateways,
  });
}

function showMirror({ upstream, share }: PublicMirror): string {
  return share === 10_000 ? upstream : `${upstream} ${showShare(share)}`;
}
