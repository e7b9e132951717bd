import type { PublicIntrospection } from '../common/public-model.ts';
import type { FieldRules, ObjectRules } from '../common/rule.ts';
import { showReference } from '../common/show-reference.ts';
import { showUrl } from '../common/show-url.ts';
import { showDuration } from '../common/show-value.ts';
import { always, quote, verdict } from '../common/verdicts.ts';
import { whenRead } from '../common/when-read.ts';
import { audienceRule } from './audience.ts';
import { claimsRules } from './claims.ts';
import { nameRule } from './method-name.ts';
import { sameClientsRule } from './same-clients.ts';
import { sourcesRule } from './sources.ts';

/** What a change of an issuer that is asked about tokens means. */
const introspectionRules: FieldRules<PublicIntrospection> = {
  name: nameRule(),
  sameClientsAs: sameClientsRule(),
  sources: sourcesRule('tokens'),
  url: {
    label: 'url',
    about:
      'Who says whether a token is good, and gets all tokens. Another one loosens, and so does asking unencrypted.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: showUrl,
    plain: showUrl,
    judge: (before, after) => {
      if (after.scheme === 'http' && before.scheme === 'https')
        return verdict(
          'loosens',
          `tokens are sent to ${quote(after.host)} unencrypted, and anyone in between can answer`,
        );
      const isSame = after.host === before.host && after.path === before.path;
      return isSame && after.scheme !== before.scheme
        ? verdict('narrows', `tokens are sent to ${quote(after.host)} encrypted`)
        : verdict('loosens', `${quote(after.host)} gets the tokens and says who may call, at another URL than before`);
    },
  },
  clientId: {
    label: 'client_id',
    about: 'The name of the gateway at the issuer.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: always('reroutes', () => 'the gateway asks about tokens under another name'),
  },
  clientSecret: {
    label: 'client_secret',
    about: 'Where its secret is. A variable needs a restart.',
    risks: ['reroutes'],
    takesEffect: (_before, after) => whenRead(after),
    show: showReference,
    judge: (_before, after) =>
      verdict('reroutes', `the gateway asks about tokens with the secret in ${quote(showReference(after))}`),
  },
  authentication: {
    label: 'authentication',
    about: 'How that secret is sent.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after) =>
      verdict('reroutes', `the issuer gets the gateway's secret in ${after === 'basic' ? 'a header' : 'the body'}`),
  },
  cache: {
    label: 'cache',
    about: 'How long an answer is believed. Longer loosens: a revoked token works so long.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (before, after) =>
      verdict(
        after > before ? 'loosens' : 'narrows',
        after === 0 ? 'a revoked token stops at once' : `a revoked token works for up to ${showDuration(after)}`,
      ),
  },
  timeout: {
    label: 'timeout',
    about: 'How long the issuer may take.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) => verdict('capacity', `callers wait for the issuer for up to ${showDuration(after)}`),
  },
  audience: audienceRule(),
  ...claimsRules,
};

export const introspectionObject = {
  fields: introspectionRules,
  lists: {},
  identity: [],
} as const satisfies ObjectRules;
