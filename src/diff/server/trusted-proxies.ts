import { containsRange } from '../../gateway/common/address-range.ts';
import type { PublicModel, PublicServer } from '../common/public-model.ts';
import type { FieldRulesOf, Verdict } from '../common/rule.ts';
import { always, quote, quoteAll, verdict } from '../common/verdicts.ts';
import { showRanges } from './judge-addresses.ts';

/** What it means that others may tell, or may no longer tell, whose address a request comes from. */
export const trustedProxiesRules: FieldRulesOf<PublicServer, 'trustedProxies'> = {
  trustedProxies: {
    label: 'trusted_proxies',
    about:
      "Who may tell a client's address. More loosens; fewer too when somebody is let in by address, because clients behind them then count as the proxy.",
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: ({ ranges }) => showRanges(ranges),
    judge: (_before, after, { gateways }) =>
      after === null
        ? fewerTrusted('no proxy', gateways.after)
        : verdict('loosens', `${quoteAll(after.ranges)} may say that a request comes from any address`),
  },
  'trustedProxies.ranges': {
    label: 'trusted_proxies',
    about: 'As above, for a longer or shorter list.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    show: showRanges,
    judge: (before, after, { gateways }) => {
      const added = after.filter((range) => !before.some((known) => containsRange(known, range)));
      if (added.length > 0)
        return verdict('loosens', `${quoteAll(added)} may say that a request comes from any address`);
      const removed = before.filter((range) => !after.some((known) => containsRange(known, range)));
      if (removed.length > 0) return fewerTrusted(`none of ${quoteAll(removed)}`, gateways.after);
      return verdict('cosmetic', 'the same proxies are trusted');
    },
  },
  'trustedProxies.header': {
    label: 'trusted_proxies header',
    about: "The header that tells the client's address. Clients can set one that the proxy does not.",
    risks: ['loosens'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('loosens', `the client's address is taken from ${quote(after)}`),
  },
  'trustedProxies.recursive': {
    label: 'trusted_proxies recursive',
    about: 'Which hop of that header counts as the client.',
    risks: ['loosens'],
    takesEffect: 'reload',
    judge: always('loosens', () => 'another hop counts as the client'),
  },
};

function fewerTrusted(who: string, after: PublicModel): Verdict {
  return looksAtAddresses(after)
    ? verdict('loosens', `${who} is believed about addresses: clients behind one pass routes that let the proxy in`)
    : verdict('narrows', `${who} is believed about addresses: logs show the proxy's`);
}

/** Files of keys are taken to restrict addresses, because the spec does not say. */
function looksAtAddresses({ server, routes, keyMaps, clientCertificates }: PublicModel): boolean {
  const isRuled = ({ allow, deny }: PublicServer['addresses']): boolean => allow.length > 0 || deny.length > 0;
  return (
    isRuled(server.addresses) ||
    routes.some(
      ({ addresses, conditions }) => isRuled(addresses) || conditions.some(({ kind }) => kind === 'client'),
    ) ||
    keyMaps.some(({ file }) => file !== null) ||
    [...keyMaps, ...clientCertificates].some(({ clients }) => clients.some(({ addresses }) => addresses.length > 0))
  );
}
