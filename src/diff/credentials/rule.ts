import type { CredentialRule } from '../../gateway/common/gateway.ts';
import type { PublicUpstream } from '../common/public-model.ts';
import type { ListRules } from '../common/rule.ts';
import { quote, quoteAll, verdict } from '../common/verdicts.ts';
import { whenAllRead } from '../common/when-read.ts';
import { describeKeys } from './describe-keys.ts';
import { findLeakedKey } from './find-leaked-key.ts';
import { hideSecretHeaders, placesOf, showKeys } from './show-keys.ts';

/** Keys for some callers only: which of the provider's accounts they call with. */
export const credentialRuleList: ListRules<CredentialRule, PublicUpstream> = {
  identify: ({ who }) => `${who.kind} ${who.name}`,
  label: ({ who }) => `credential.for.${who.kind}.${who.name}`,
  order: verdict('reroutes', 'the first rule that fits counts, so some callers are sent on with another key'),
  item: {
    label: 'credential.for.<who>',
    about:
      'The keys for one client, tier or route, and the headers that go with them: its limits, its bill. One for callers who had none loosens, and so does one that went to other hosts so far.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: (before, after) => whenAllRead(placesOf(before?.keys ?? []), placesOf(after?.keys ?? [])),
    show: ({ keys }) => showKeys(keys),
    plain: ({ who, keys }) => ({ who, keys: hideSecretHeaders(keys) }),
    judge: (before, after, { title, before: was, after: now, gateways }) => {
      const { subject, call, have, own } = wordsFor((after ?? before)?.who ?? { kind: 'route', name: '' });
      if (after === null)
        return now.credential?.keys.length === 0
          ? verdict('narrows', `${subject} no longer ${have} a key for ${title}`)
          : verdict('reroutes', `${subject} no longer ${have} a key of ${own} own for ${title}`);
      const leaked = findLeakedKey(placesOf(after.keys), now, gateways.before);
      if (leaked !== undefined)
        return verdict('loosens', `${describeKeys([leaked.from])} is sent to ${quoteAll(leaked.hosts)} too`);
      const hadNone = before === null && was.credential?.keys.length === 0;
      return verdict(
        hadNone ? 'loosens' : 'reroutes',
        `${subject} now ${call} ${title} with ${describeKeys(placesOf(after.keys))}`,
      );
    },
  },
};

function wordsFor({ kind, name }: CredentialRule['who']) {
  switch (kind) {
    case 'client':
      return { subject: `client ${quote(name)}`, call: 'calls', have: 'has', own: 'its' };
    case 'tier':
      return { subject: `clients of tier ${quote(name)}`, call: 'call', have: 'have', own: 'their' };
    case 'route':
      return { subject: `requests of route ${quote(name)}`, call: 'reach', have: 'have', own: 'their' };
  }
}
