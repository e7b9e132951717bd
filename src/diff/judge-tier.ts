import { memoize } from './memoize.ts';
import type { PublicModel } from './public-model.ts';
import type { Context, Verdict } from './rule.ts';
import { quote, verdict } from './verdicts.ts';

/** What another tier means; `who` is such as ``client `mobile` is``. */
export function judgeTier(options: {
  readonly before: string | null;
  readonly after: string | null;
  readonly who: string;
  readonly gateways: Context<unknown>['gateways'];
}): Verdict {
  const { before, after, who, gateways } = options;
  const decides =
    (before !== null && tiersWithKeys(gateways.before).has(before)) ||
    (after !== null && tiersWithKeys(gateways.after).has(after));
  const effect = `${who} ${after === null ? 'of no tier' : `of tier ${quote(after)}`}`;
  return decides
    ? verdict('reroutes', `${effect}, so another provider key is sent for it`)
    : verdict('capacity', `${effect}, which limits and provider keys go by`);
}

/** Tiers that an upstream has keys of their own for. */
const tiersWithKeys = memoize(
  (model: PublicModel): ReadonlySet<string> =>
    new Set(
      model.upstreams.flatMap(({ credential }) =>
        (credential?.rules ?? []).flatMap(({ who }) => (who.kind === 'tier' ? [who.name] : [])),
      ),
    ),
);
