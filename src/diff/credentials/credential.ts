import { isDeepStrictEqual } from 'node:util';
import { credentialReferencesOf } from '../../gateway/credentials/references.ts';
import type { CredentialReference } from '../../language/common/scalars.ts';
import type { PublicUpstream } from '../common/public-model.ts';
import type { FieldRulesOf } from '../common/rule.ts';
import { newIn, quoteAll, verdict } from '../common/verdicts.ts';
import { whenAllRead } from '../common/when-read.ts';
import { describeKeys } from './describe-keys.ts';
import { findLeakedKey } from './find-leaked-key.ts';
import { headersOf, hideSecretHeaders, placesOf, showKeys } from './show-keys.ts';

type PublicCredential = NonNullable<PublicUpstream['credential']>;

/** What a change of the keys that are sent for callers means. */
export const credentialRules: Omit<FieldRulesOf<PublicUpstream, 'credential'>, 'credential.rules'> = {
  credential: {
    label: 'credential',
    about: 'The keys that are sent for callers. New ones loosen: whoever reaches the upstream calls with them.',
    risks: ['loosens', 'narrows'],
    takesEffect: (before, after) => whenAllRead(referencesIn(before), referencesIn(after)),
    show: showCredential,
    judge: (_before, after, { title }) => {
      if (after === null) return verdict('narrows', `requests to ${title} carry no key of the gateway`);
      return after.keys.length === 0
        ? verdict('loosens', `callers whom a rule names call ${title} with ${describeKeys(referencesIn(after))}`)
        : verdict('loosens', `everyone who reaches ${title} calls with ${describeKeys(placesOf(after.keys))}`);
    },
  },
  'credential.keys': {
    label: 'credential.from',
    about:
      'Where the keys are, and the headers that go with them: other headers alone are another account. One that went to other hosts so far loosens. Workers get the environment that nginx was started with, so a new variable needs a restart; files are read anew.',
    risks: ['loosens', 'narrows', 'reroutes', 'capacity'],
    takesEffect: (before, after) => whenAllRead(placesOf(before), placesOf(after)),
    show: showKeys,
    plain: hideSecretHeaders,
    judge: (before, after, { title, after: now, gateways }) => {
      const others = otherHeaders(before, after);
      if (others.length > 0)
        return verdict(
          'reroutes',
          `the same ${after.length === 1 ? 'key goes' : 'keys go'} to ${title} with other headers, ${quoteAll(others)}: another account`,
        );
      const leaked = findLeakedKey(placesOf(after), now, gateways.before);
      if (leaked !== undefined)
        return verdict('loosens', `${describeKeys([leaked.from])} is sent to ${quoteAll(leaked.hosts)} too`);
      if (after.length === 0) return verdict('narrows', `only callers whom a rule names have a key for ${title}`);
      const keys = describeKeys(placesOf(after));
      if (before.length === 0) return verdict('loosens', `everyone who reaches ${title} calls with ${keys}`);
      const whose = after.length === 1 ? 'its limits, its bill' : 'their limits, their bills';
      return verdict('capacity', `requests to ${title} carry ${keys}: ${whose}`);
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

/** Names of the headers that differ, where nothing else does. */
function otherHeaders(before: PublicCredential['keys'], after: PublicCredential['keys']): readonly string[] {
  const bare = (keys: PublicCredential['keys']) => keys.map(({ from, weight }) => ({ from, weight }));
  if (!isDeepStrictEqual(bare(before), bare(after))) return [];
  const names = after.flatMap((key, index) => {
    const was = headersOf(before[index] ?? key);
    const now = headersOf(key);
    const differs = (list: typeof now, other: typeof now) =>
      list.filter((header) => !other.some((one) => isDeepStrictEqual(one, header))).map(({ name }) => name);
    return [...differs(now, was), ...differs(was, now)];
  });
  return [...new Set(names)];
}

function referencesIn(credential: PublicUpstream['credential']): readonly CredentialReference[] {
  return credentialReferencesOf({ credential });
}

function showCredential({ keys, rules }: PublicCredential): string {
  const count = rules.length === 0 ? [] : [`${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`];
  return [...(keys.length === 0 ? [] : [showKeys(keys)]), ...count].join(', ');
}

function showPlacement(placement: PublicCredential['placement']): string {
  if (placement.kind === 'query') return `query argument ${placement.name}`;
  return `header ${placement.name}${placement.scheme === 'bearer' ? ' after Bearer' : ''}`;
}
