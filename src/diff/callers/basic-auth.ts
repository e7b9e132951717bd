import type { PublicBasicAuth } from '../common/public-model.ts';
import type { AnyListRules, FieldRules, ListRules, ObjectRules } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { judgeTier } from './judge-tier.ts';
import { nameRule } from './method-name.ts';
import { isWeaker, strengthOf } from './password-strength.ts';
import { routesAsking } from './routes-asking.ts';
import { sameClientsRule } from './same-clients.ts';

type PublicUser = PublicBasicAuth['users'][number];

/** What a change of names and passwords means. */
const basicAuthRules: FieldRules<PublicBasicAuth, 'users'> = {
  name: nameRule(),
  sameClientsAs: sameClientsRule(),
  realm: {
    label: 'realm',
    about: 'What browsers show when they ask for the password.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    judge: () => verdict('cosmetic', 'browsers show another text when they ask for the password'),
  },
  file: {
    label: 'file',
    about: 'A password file. A new or another one loosens, because the spec does not say who is in it.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      after === null
        ? verdict('narrows', `${title} knows only the users that the spec names`)
        : verdict('loosens', `${title} knows whoever is in ${quote(after)}; the spec does not say who`),
  },
  tier: {
    label: 'tier',
    about: 'The tier of all users, which provider keys and limits go by. Loosens when a limit gives the new one more.',
    risks: ['loosens', 'narrows', 'reroutes', 'capacity'],
    takesEffect: 'reload',
    judge: (before, after, { title, gateways }) => judgeTier({ before, after, who: `users of ${title} are`, gateways }),
  },
};

const userRules: ListRules<PublicUser, PublicBasicAuth> = {
  identify: ({ name }) => name,
  label: ({ name }) => `users.${name}`,
  order: verdict('cosmetic', 'the same users are known'),
  item: {
    label: 'users.<name>',
    about:
      'A user. One more, another password or a hash that is weaker loosens. A file that nginx reads at every request takes effect with the build.',
    risks: ['loosens', 'narrows'],
    takesEffect: (_before, _after, { before, after, gateways }) =>
      before.name === after.name &&
      before.file === null &&
      after.file === null &&
      routesAsking(gateways.before).has(before.name)
        ? 'within 2 s, no reload'
        : 'reload',
    ways: 'within 2 s, or reload',
    show: showPassword,
    plain: showPassword,
    judge: (before, after, { title }) => {
      const user = quote(after?.name ?? before?.name ?? '');
      if (after === null) return verdict('narrows', `${user} can no longer log in to ${title}`);
      if (before === null) return verdict('loosens', `${user} is new in ${title}`);
      const [was, now] = [strengthOf(before.hash), strengthOf(after.hash)];
      return isWeaker(now, was)
        ? verdict(
            'loosens',
            `the password of ${user} is easier to guess by its hash: ${now.name}, no longer ${was.name}`,
          )
        : verdict('loosens', `${user} has another password, or the same one hashed anew`);
    },
  },
};

const basicAuthLists = { users: userRules } satisfies Readonly<Record<string, AnyListRules>>;

/** The kind of its hash, and enough of the hash's own to see a change. */
function showPassword(user: PublicUser | null): string {
  if (user === null) return 'none';
  return `${strengthOf(user.hash).name} (${user.hash.replace(/^.*~/s, '').slice(0, 8)})`;
}

export const basicAuthObject = {
  fields: basicAuthRules,
  lists: basicAuthLists,
  identity: [],
} as const satisfies ObjectRules;
