import type { PublicKeyMap } from '../common/public-model.ts';
import type { FieldRules, ObjectRules } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { nameRule } from './method-name.ts';
import { sameClientsRule } from './same-clients.ts';
import { sourcesRule } from './sources.ts';

/** What a change of a key map means; its clients are objects of their own. */
const keyMapRules: FieldRules<PublicKeyMap, 'clients'> = {
  name: nameRule(),
  sameClientsAs: sameClientsRule(),
  sources: sourcesRule('keys'),
  file: {
    label: 'file',
    about: 'A file with further keys. A new or another one loosens, because the spec does not say who is in it.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after, { title }) => {
      if (after === null) return verdict('narrows', `keys that only ${quote(before ?? '')} has are no longer known`);
      return before === null
        ? verdict('loosens', `whoever has a key in ${quote(after)} is known to ${title} too; the spec does not say who`)
        : verdict('loosens', `${title} reads further keys from another file, and the spec does not say what is in it`);
    },
  },
};

export const keyMapObject = {
  fields: keyMapRules,
  lists: {},
  identity: ['clients'],
} as const satisfies ObjectRules;
