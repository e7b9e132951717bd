import type { FieldRulesOf } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { verdict } from '../common/verdicts.ts';
import type { ComparedRoute } from './compared-route.ts';

/** What other time limits of a route mean. */
export const timeoutRules: FieldRulesOf<ComparedRoute, 'timeouts'> = {
  'timeouts.connect': {
    label: 'timeouts.connect',
    about: 'Time to open a connection to a server.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) =>
      verdict('capacity', `a server that does not answer is given up after ${showDuration(after)}`),
  },
  'timeouts.firstByte': {
    label: 'timeouts.first_byte',
    about: 'Time from the request to the first byte of the answer. Not listed when it follows `idle`.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) =>
      verdict('capacity', `an attempt whose answer has not begun is given up after ${showDuration(after)}`),
  },
  'timeouts.idle': {
    label: 'timeouts.idle',
    about: 'Time between two pieces of the answer, and before the first where `first_byte` says nothing else.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) => verdict('capacity', `an answer that pauses ends after ${showDuration(after)}`),
  },
  'timeouts.send': {
    label: 'timeouts.send',
    about: 'Time between two writes, to the server and to the client.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) =>
      verdict('capacity', `a client or server that does not read is left after ${showDuration(after)}`),
  },
  'timeouts.total': {
    label: 'timeouts.total',
    about: 'All of a request, its attempts and the whole answer included.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        after === null
          ? `requests of ${title} may take any time`
          : `a request of ${title} ends after ${showDuration(after)}, also in the middle of its answer`,
      ),
  },
  'timeouts.client': {
    label: 'timeouts.client',
    about: 'How long clients wait, which is only checked.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) =>
      verdict(
        'cosmetic',
        after === null
          ? 'limits are not compared with how long clients wait'
          : `limits are compared with clients that wait ${showDuration(after)}`,
      ),
  },
};
