import type { PublicRateTier, PublicRateZone } from '../common/public-model.ts';
import type { ListRules } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { allowanceOf, compareAllowances, describeAllowance, showAllowance } from './allowance.ts';

/** What it means that a tier gets, has or loses a rate of its own. */
export const rateTierRules: ListRules<PublicRateTier, PublicRateZone> = {
  identify: ({ name }) => name,
  label: ({ name }) => `tiers.${name}`,
  order: verdict('cosmetic', 'the same tiers have rates of their own'),
  item: {
    label: 'tiers.<name>',
    about: 'The rate for callers of a tier. More than they had, with it or without it, loosens.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    // Everybody else's zone has a key that leaves out the tiers by name.
    takesEffect: (before, after) => (before === null || after === null ? 'reload, counters reset' : 'reload'),
    ways: 'reload, counters reset when it comes or goes',
    show: (tier) => (tier === null ? 'none' : showAllowance(tier)),
    judge: (before, after, context) => {
      const tier = before?.name ?? after?.name ?? '';
      const was = allowanceOf(context.before, tier);
      const now = allowanceOf(context.after, tier);
      const order = compareAllowances(was, now);
      const effect = `${context.title} gives callers of tier ${quote(tier)} ${describeAllowance(now)}`;
      if (order === 'same') return verdict('cosmetic', `${effect}, as before`);
      return verdict(order === 'more' ? 'loosens' : 'narrows', `${effect}, no longer ${describeAllowance(was)}`);
    },
  },
};
