import { memoize } from '../common/memoize.ts';
import type { PublicModel } from '../common/public-model.ts';
import type { Context, Verdict } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { allowanceOf, compareAllowances, describeAllowance } from '../limits/allowance.ts';

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
  const limit = findLimit({ before, after, gateways });
  if (limit !== undefined)
    return verdict(
      limit.order === 'more' ? 'loosens' : 'narrows',
      `${effect}, which gets ${limit.allowance} from limit ${quote(limit.name)}`,
    );
  return decides
    ? verdict('reroutes', `${effect}, so another provider key is sent for it`)
    : verdict('capacity', `${effect}, which limits and provider keys go by`);
}

/** A limit of which the new tier has more than the old one, else one of which it has less. */
function findLimit({
  before,
  after,
  gateways,
}: Pick<Parameters<typeof judgeTier>[0], 'before' | 'after' | 'gateways'>):
  | { readonly name: string; readonly order: 'more' | 'less' | 'same'; readonly allowance: string }
  | undefined {
  const limits = gateways.after.rateZones.map((zone) => {
    const now = allowanceOf(zone, after);
    const order = compareAllowances(allowanceOf(zone, before), now);
    return { name: zone.name, order, allowance: describeAllowance(now) };
  });
  return limits.find(({ order }) => order === 'more') ?? limits.find(({ order }) => order === 'less');
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
