import type { PublicUpstream } from '../common/public-model.ts';
import type { FieldRulesOf } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { quote, verdict } from '../common/verdicts.ts';

type PublicHealthCheck = NonNullable<PublicUpstream['healthCheck']>;

/** What it means that servers are asked whether they work. What is known about them outlives a reload. */
export const healthCheckRules: FieldRulesOf<PublicUpstream, 'healthCheck'> = {
  healthCheck: {
    label: 'health_check',
    about: 'Whether each server is asked again and again whether it works.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showHealthCheck,
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        after === null
          ? `only requests tell whether a server of ${title} works`
          : `each server of ${title} is asked for ${describeProbe(after.probe)} every ${showDuration(after.interval)}, and left out while it fails`,
      ),
  },
  'healthCheck.probe': {
    label: 'health_check.path, completion',
    about: 'What servers are asked for. A completion is work for them, and has its price where they take one.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showProbe,
    judge: (_before, after, { title }) =>
      verdict('capacity', `a server of ${title} works when it answers ${describeProbe(after)}`),
  },
  'healthCheck.interval': {
    label: 'health_check.interval',
    about: 'Time between two probes of a server.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after, { title }) =>
      verdict('capacity', `each server of ${title} is asked every ${showDuration(after)}`),
  },
  'healthCheck.timeout': {
    label: 'health_check.timeout',
    about: 'Time after which a probe has failed.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) => verdict('capacity', `a probe without an answer has failed after ${showDuration(after)}`),
  },
  'healthCheck.rise': {
    label: 'health_check.rise',
    about: 'Good probes in a row that bring a server back.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('capacity', `good probes in a row that bring a server back: ${after}`),
  },
  'healthCheck.fall': {
    label: 'health_check.fall',
    about: 'Failed probes in a row that take a server out.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('capacity', `failed probes in a row that take a server out: ${after}`),
  },
};

function showHealthCheck({ probe, interval }: PublicHealthCheck): string {
  return `${showProbe(probe)} every ${showDuration(interval)}`;
}

function showProbe(probe: PublicHealthCheck['probe']): string {
  return probe.kind === 'path' ? probe.path : `completion of ${probe.model}`;
}

function describeProbe(probe: PublicHealthCheck['probe']): string {
  return probe.kind === 'path' ? quote(probe.path) : `a completion of ${quote(probe.model)}`;
}
