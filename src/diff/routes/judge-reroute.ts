import { asksMore } from '../callers/asks-more.ts';
import type { PublicRoute } from '../common/public-model.ts';
import type { Context, Verdict } from '../common/rule.ts';
import { newIn, verdict } from '../common/verdicts.ts';
import { judgeReach } from '../destinations/judge-reach.ts';
import { reachOf } from '../destinations/reach.ts';

/** What it means that requests of one route are another's now: who may call that, and who reads them there. */
export function judgeReroute(
  from: PublicRoute,
  to: PublicRoute,
  { effect, gateways }: { readonly effect: string; readonly gateways: Context<unknown>['gateways'] },
): Verdict {
  if (asksMore(from, to, gateways)) return verdict('loosens', effect);
  const [was, now] = [reachOf(from, gateways.before), reachOf(to, gateways.after)];
  return judgeReach({
    effect,
    harmless: 'reroutes',
    from: was.answers,
    to: newIn([...was.answers, ...was.copies], [...now.answers, ...now.copies]),
    was,
    now,
    routes: [to],
    gateways,
  });
}
