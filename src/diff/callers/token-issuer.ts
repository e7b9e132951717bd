import type { PublicTokenIssuer } from '../common/public-model.ts';
import type { FieldRules, ObjectRules } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { newIn, verdict } from '../common/verdicts.ts';
import { audienceRule } from './audience.ts';
import { claimsRules } from './claims.ts';
import { nameRule } from './method-name.ts';
import { sameClientsRule } from './same-clients.ts';
import { sourcesRule } from './sources.ts';
import { tokenKeysRule } from './token-keys.ts';

/** What a change of an issuer of signed tokens means. */
const tokenIssuerRules: FieldRules<PublicTokenIssuer> = {
  name: nameRule(),
  sameClientsAs: sameClientsRule(),
  sources: sourcesRule('tokens'),
  keys: tokenKeysRule(),
  algorithms: {
    label: 'algorithms',
    about: 'Signatures that are accepted. One more loosens.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    judge: (before, after) => {
      const added = newIn(before, after);
      const removed = newIn(after, before);
      if (added.length > 0) return verdict('loosens', `${added.join(' and ')} tokens are accepted`);
      return removed.length > 0
        ? verdict('narrows', `${removed.join(' and ')} tokens are refused`)
        : verdict('cosmetic', 'the same signatures are accepted');
    },
  },
  issuer: {
    label: 'issuer',
    about: 'What `iss` must be. Another, or any, loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after) => {
      if (after === null) return verdict('loosens', 'tokens of any issuer are accepted that its keys verify');
      return before === null
        ? verdict('narrows', 'only tokens of this issuer are accepted')
        : verdict('loosens', 'tokens of another issuer are accepted');
    },
  },
  audience: audienceRule(),
  leeway: {
    label: 'leeway',
    about: 'By how much clocks may differ. More loosens: tokens are accepted after they expired.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (before, after) =>
      after === 0
        ? verdict('narrows', 'tokens are refused as soon as they expire')
        : verdict(
            after > before ? 'loosens' : 'narrows',
            `tokens are accepted up to ${showDuration(after)} after they expired`,
          ),
  },
  requireExpiry: {
    label: 'require_expiry',
    about: 'Whether tokens must expire. Off loosens: one that got out works for ever.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (_before, after) =>
      after
        ? verdict('narrows', 'tokens without `exp` are refused')
        : verdict('loosens', 'tokens without `exp` are accepted'),
  },
  ...claimsRules,
};

export const tokenIssuerObject = {
  fields: tokenIssuerRules,
  lists: {},
  identity: [],
} as const satisfies ObjectRules;
