import type { FieldRulesOf, Rule } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { newIn, verdict } from '../common/verdicts.ts';
import type { ComparedRoute } from './compared-route.ts';

type ComparedRetry = NonNullable<ComparedRoute['retry']>;

/** What it means that a request which fails is sent again, or no longer is. */
export const retryRules: FieldRulesOf<ComparedRoute, 'retry'> = {
  retry: {
    label: 'retry',
    about:
      'Whether a request that fails is sent again. After `reset` and `timeout` the upstream may have done the work already: a prompt is then sent, and paid, twice.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showRetry,
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        after === null
          ? `a request of ${title} that fails is not sent again`
          : `a request of ${title} that fails is sent again, ${after.tries} times in all${mayRepeat(after) ? ': a prompt may be sent twice' : ''}`,
      ),
  },
  'retry.on.connect': onRule('connect', 'when there is no connection', 'Whether that is when there is no connection.'),
  'retry.on.reset': onRule(
    'reset',
    'when the connection breaks before the answer',
    'Whether that is when the connection breaks before the answer: the upstream may have done the work.',
  ),
  'retry.on.timeout': onRule(
    'timeout',
    'when the answer does not begin in time',
    'Whether that is when the answer does not begin in time: the upstream may still be at work.',
  ),
  'retry.on.statuses': {
    label: 'retry.on',
    about: 'The statuses after which a request is sent again.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (before, after, { title }) => {
      const [more, fewer] = [
        newIn(before.map(String), after.map(String)),
        newIn(after.map(String), before.map(String)),
      ];
      const parts = [
        ...(more.length === 0 ? [] : [`sent again after ${more.join(', ')}`]),
        ...(fewer.length === 0 ? [] : [`no longer sent again after ${fewer.join(', ')}`]),
      ];
      return verdict('capacity', `a request of ${title} is ${parts.join(', ')}`);
    },
  },
  'retry.tries': {
    label: 'retry.tries',
    about: 'Attempts for one request.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      verdict('capacity', `a request of ${title} that fails is sent ${after} times in all`),
  },
  'retry.within': {
    label: 'retry.within',
    about: 'Time after which no attempt begins. Not listed when it follows the other limits.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after, { title }) =>
      verdict('capacity', `a request of ${title} is not sent again after ${showDuration(after)}`),
  },
};

function onRule(event: 'connect' | 'reset' | 'timeout', when: string, about: string): Rule<boolean, ComparedRoute> {
  return {
    label: `retry.on.${event}`,
    about,
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) => {
      const twice = after && event !== 'connect' ? ': a prompt may be sent twice' : '';
      return verdict('capacity', `a request of ${title} is ${after ? '' : 'no longer '}sent again ${when}${twice}`);
    },
  };
}

function mayRepeat({ on }: ComparedRetry): boolean {
  return on.reset || on.timeout;
}

function showRetry({ tries, within }: ComparedRetry): string {
  return `${tries} tries within ${showDuration(within)}`;
}
