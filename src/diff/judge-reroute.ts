import { asksMore } from './asks-more.ts';
import { judgeReach } from './judge-reach.ts';
import type { PublicRoute } from './public-model.ts';
import { reachOf } from './reach.ts';
import type { Context, Verdict } from './rule.ts';
import { newIn, verdict } from './verdicts.ts';

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
