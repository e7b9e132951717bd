import type { PublicUpstream } from '../common/public-model.ts';
import type { FieldRulesOf } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { hostsOf } from './server.ts';

/** What a change of the encryption to the servers of an upstream means. */
export const upstreamTlsRules: FieldRulesOf<PublicUpstream, 'tls'> = {
  tls: {
    label: 'tls',
    about: 'Encryption to the servers. Off loosens: prompts, answers and the key are in the clear.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: ({ verify }) => (verify ? 'verified' : 'not verified'),
    judge: (_before, after, { title }) =>
      after === null
        ? verdict('loosens', `requests to ${title} are no longer encrypted`)
        : verdict('narrows', `requests to ${title} are encrypted${after.verify ? '' : ', but it is not verified'}`),
  },
  'tls.name': {
    label: 'tls.name',
    about: 'The name in the certificate. Another one for the same servers loosens: somebody else is believed.',
    risks: ['loosens', 'reroutes'],
    takesEffect: 'reload',
    judge: (_before, after, { title, before: was, after: now }) => {
      const isSame = JSON.stringify(hostsOf(was)) === JSON.stringify(hostsOf(now));
      return isSame && now.tls?.verify === true
        ? verdict('loosens', `${title} is believed with a certificate for ${quote(after)}`)
        : verdict('reroutes', `${title} is asked for as ${quote(after)}`);
    },
  },
  'tls.verify': {
    label: 'tls.verify',
    about: 'Whether the certificate is checked. Off loosens: anyone in between can read and answer.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      after ? verdict('narrows', `${title} is verified`) : verdict('loosens', `${title} is no longer verified`),
  },
  'tls.ca': {
    label: 'tls.ca',
    about: 'Authorities that are trusted. From your own to those of the system, or to others, loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after, { title }) => {
      if (after === null) return verdict('loosens', `${title} is believed by every authority of the system`);
      return before === null
        ? verdict('narrows', `${title} is believed only by the authorities in ${quote(after)}`)
        : verdict('loosens', `${title} is believed by other authorities, those in ${quote(after)}`);
    },
  },
};
