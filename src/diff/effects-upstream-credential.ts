import { showReference } from './effects-upstream-server.ts';
import { hostsNewToKey } from './hosts-new-to-key.ts';
import type { PublicUpstream } from './public-model.ts';
import type { FieldRulesOf } from './rule.ts';
import { newIn, quote, quoteAll, verdict } from './verdicts.ts';

type PublicCredential = NonNullable<PublicUpstream['credential']>;

/** What a change of the key that is sent for callers means. */
export const credentialRules: FieldRulesOf<PublicUpstream, 'credential'> = {
  credential: {
    label: 'credential',
    about: 'The key that is sent for callers. A new one loosens: whoever reaches the upstream calls with it.',
    risks: ['loosens', 'narrows'],
    takesEffect: (_before, after) => (after === null ? 'reload' : whenRead(after.from)),
    show: ({ from }) => showReference(from),
    judge: (_before, after, { title }) =>
      after === null
        ? verdict('narrows', `requests to ${title} carry no key of the gateway`)
        : verdict('loosens', `everyone who reaches ${title} calls with the key in ${quote(showReference(after.from))}`),
  },
  'credential.from': {
    label: 'credential.from',
    about:
      'Where that key is. A key that went to other hosts so far loosens. Workers get the environment that nginx was started with, so a variable needs a restart; a file is read again on reload.',
    risks: ['loosens', 'capacity'],
    takesEffect: (_before, after) => whenRead(after),
    show: showReference,
    judge: (_before, after, { title, after: now, gateways }) => {
      const strangers = hostsNewToKey(now, gateways.before);
      return strangers.length > 0
        ? verdict('loosens', `the key in ${quote(showReference(after))} is sent to ${quoteAll(strangers)} too`)
        : verdict(
            'capacity',
            `requests to ${title} carry the key in ${quote(showReference(after))}: its limits, its bill`,
          );
    },
  },
  'credential.placement': {
    label: 'credential placement',
    about: 'The header or query argument that carries it. A query argument loosens: logs and proxies keep those.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
    show: showPlacement,
    judge: (before, after, { title }) => {
      const effect = `${title} gets its key in ${showPlacement(after)}`;
      if (after.kind === 'query')
        return verdict(before.kind === 'query' ? 'reroutes' : 'loosens', `${effect}, which logs and proxies keep`);
      return verdict(before.kind === 'query' ? 'narrows' : 'reroutes', effect);
    },
  },
  'credential.hosts': {
    label: 'credential.hosts',
    about: "Hosts outside of the provider's domains that may have the key. One more loosens.",
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    judge: (before, after, { title }) => {
      const added = newIn(before, after);
      const removed = newIn(after, before);
      if (added.length > 0) return verdict('loosens', `the key of ${title} may be sent to ${quoteAll(added)}`);
      return removed.length > 0
        ? verdict('narrows', `the key of ${title} may no longer be sent to ${quoteAll(removed)}`)
        : verdict('cosmetic', 'the same hosts may have the key');
    },
  },
};

function showPlacement(placement: PublicCredential['placement']): string {
  if (placement.kind === 'query') return `query argument ${placement.name}`;
  return `header ${placement.name}${placement.scheme === 'bearer' ? ' after Bearer' : ''}`;
}

/**
 * `env NAME` hands on what nginx was started with, which no reload changes (nginx.org/en/docs/ngx_core_module.html#env);
 * a file is read by init_by_lua, which runs again on reload.
 */
export function whenRead(from: PublicCredential['from']): 'restart' | 'reload' {
  return from.source === 'env' ? 'restart' : 'reload';
}
