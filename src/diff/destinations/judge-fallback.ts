import type { PublicRoute } from '../common/public-model.ts';
import type { Verdict } from '../common/rule.ts';
import { newIn, quoteAll } from '../common/verdicts.ts';
import { describeTargets } from './describe-destination.ts';
import { judgeReach, type ReachOptions } from './judge-reach.ts';
import { namesIn } from './reach.ts';

type Targets = PublicRoute['fallback'];

/** What it means that requests go on to others when the first fails; `requests` is such as ``requests of route `chat` ``. */
export function judgeFallback(
  before: Targets,
  after: Targets,
  options: Omit<ReachOptions, 'effect' | 'harmless' | 'from' | 'to'> & {
    readonly requests: string;
    /** Such as `` `openai` ``. */
    readonly first: string;
  },
): Verdict {
  const { requests, first, was } = options;
  const gained = newIn(namesIn(before), namesIn(after));
  const lost = newIn(namesIn(after), namesIn(before));
  const when = `when ${first} fails, ${requests}`;
  const noLonger = `no longer${gained.length === 0 ? ' go' : ''} to ${quoteAll(lost)}`;
  if (gained.length > 0) {
    const also = lost.length === 0 ? '' : `, ${noLonger}`;
    const where = describeTargets(after.filter(({ upstream }) => gained.includes(upstream)));
    const effect = `${when} now go to ${where}${also}`;
    return judgeReach({ ...options, effect, harmless: 'reroutes', from: was.answers, to: gained });
  }
  const rest = { ...options, from: [], to: [] };
  if (lost.length > 0) return judgeReach({ ...rest, effect: `${when} ${noLonger}`, harmless: 'capacity' });
  return judgeReach({ ...rest, effect: `${when} go to ${describeTargets(after)}`, harmless: 'reroutes' });
}
