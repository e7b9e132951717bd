import type { PublicServer } from '../common/public-model.ts';
import type { FieldRulesOf } from '../common/rule.ts';
import { verdict } from '../common/verdicts.ts';

/** What it means that one address may have more or fewer requests under way. */
export const connectionsRules: FieldRulesOf<PublicServer, 'connectionsPerAddress'> = {
  connectionsPerAddress: {
    label: 'connections_per_address',
    about: 'How many requests one address may have under way. Without a bound one address can take all there is.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: ({ most }) => String(most),
    judge: (_before, after) =>
      after === null
        ? verdict('loosens', 'one address may have any number of requests under way')
        : verdict('narrows', `more than ${after.most} requests under way from one address get 429`),
  },
  'connectionsPerAddress.most': {
    label: 'connections_per_address',
    about: 'As above; more loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after) =>
      after > before
        ? verdict('loosens', `one address may have ${after} requests under way`)
        : verdict('narrows', `more than ${after} requests under way from one address get 429`),
  },
  'connectionsPerAddress.private': {
    label: 'connections_per_address of private addresses',
    about: 'Whether it holds for private addresses too: it does when it is written, or behind `trusted_proxies`.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (_before, after) =>
      after
        ? verdict('narrows', 'requests of private addresses are counted too')
        : verdict('loosens', 'a private address may have any number of requests under way'),
  },
};
