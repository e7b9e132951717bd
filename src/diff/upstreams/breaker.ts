import type { PublicUpstream } from '../common/public-model.ts';
import type { FieldRulesOf } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { verdict } from '../common/verdicts.ts';

/** What it means that an upstream is left alone after failures. Failures that are counted outlive a reload. */
export const breakerRules: FieldRulesOf<PublicUpstream, 'breaker'> = {
  breaker: {
    label: 'breaker',
    about: 'Whether the upstream as a whole is left alone after failures. Comes by itself where requests are retried.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: ({ failures, open }) => `${failures} failures, ${showDuration(open)}`,
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        after === null
          ? `${title} gets requests however often it fails`
          : `after ${after.failures} failures in a row ${title} gets no requests for ${showDuration(after.open)}`,
      ),
  },
  'breaker.failures': {
    label: 'breaker.failures',
    about: 'Failures in a row after which it is left alone.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      verdict('capacity', `failures in a row after which ${title} is left alone: ${after}`),
  },
  'breaker.open': {
    label: 'breaker.open',
    about: 'How long it is left alone.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after, { title }) =>
      verdict('capacity', `after failures ${title} is left alone for ${showDuration(after)}`),
  },
};
