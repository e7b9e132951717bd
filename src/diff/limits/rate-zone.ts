import type { PublicRateZone } from '../common/public-model.ts';
import type { AnyListRules, FieldRules, ObjectRules } from '../common/rule.ts';
import { showSize } from '../common/show-value.ts';
import { verdict } from '../common/verdicts.ts';
import { requestsPerMinute, showKey, showRate } from './allowance.ts';
import { rateTierRules } from './rate-tier.ts';

/** What a change of a limit means. nginx keeps the counts of a zone on reload while its key and memory are the same. */
const rateZoneRules: FieldRules<PublicRateZone, 'name' | 'tiers'> = {
  key: {
    label: 'key',
    about: 'What has a count of its own. Loosens, unless everybody shares one count from now on.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload, counters reset',
    show: (key) => showKey(key).replaceAll('`', ''),
    judge: (before, after, { title }) =>
      verdict(
        after.kind === 'gateway' ? 'narrows' : 'loosens',
        `${title} counts the requests of ${showKey(after)}, no longer of ${showKey(before)}`,
      ),
  },
  rate: {
    label: 'rate',
    about: 'How many requests pass in the long run. More loosens.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    show: showRate,
    judge: (before, after, { title, after: { key } }) => {
      const difference = requestsPerMinute(after) - requestsPerMinute(before);
      if (difference === 0) return verdict('cosmetic', `${title} lets through as many`);
      const effect = `${title} lets through ${showRate(after)} of ${showKey(key)}, no longer ${showRate(before)}`;
      return verdict(difference > 0 ? 'loosens' : 'narrows', effect);
    },
  },
  burst: {
    label: 'burst',
    about: 'How many may come at once beyond the first. More loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after, { title }) =>
      verdict(
        after > before ? 'loosens' : 'narrows',
        `${title} lets through ${after + 1} at once, no longer ${before + 1}`,
      ),
  },
  delay: {
    label: 'delay',
    about: 'Whether a burst is slowed to the rate.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: (delay) => (delay === 0 ? 'all' : `after ${delay}`),
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        after === null
          ? `${title} lets a burst pass at once`
          : `${title} makes a burst wait${after === 0 ? '' : ` but for its first ${after}`}`,
      ),
  },
  memory: {
    label: 'memory',
    about: 'Memory for the counts.',
    risks: ['capacity'],
    takesEffect: 'reload, counters reset',
    show: showSize,
    judge: (_before, after, { title }) =>
      verdict('capacity', `the counts of ${title} have ${showSize(after)}; the oldest go first when it is full`),
  },
};

const rateZoneLists = { tiers: rateTierRules } satisfies Readonly<Record<string, AnyListRules>>;

export const rateZoneObject = {
  fields: rateZoneRules,
  lists: rateZoneLists,
  identity: ['name'],
} as const satisfies ObjectRules;
