import type { PublicServer } from '../common/public-model.ts';
import type { FieldRulesOf } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { always, verdict } from '../common/verdicts.ts';

const profileStrength = { modern: 2, intermediate: 1, old: 0 } as const;

/** What a change of HTTPS for clients means, and of the way from plain HTTP to it. */
export const httpsRules: FieldRulesOf<PublicServer, 'tls' | 'redirect'> = {
  tls: {
    label: 'tls',
    about: 'HTTPS for clients. Without it prompts and keys cross the network in the clear.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: () => 'on',
    judge: (_before, after) =>
      after === null
        ? verdict('loosens', 'clients can no longer use HTTPS; everything is in the clear')
        : verdict('narrows', 'clients can use HTTPS'),
  },
  'tls.certificate': {
    label: 'tls.certificate',
    about: 'The certificate that clients see.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: always('reroutes', () => 'clients are shown another certificate'),
  },
  'tls.certificateKey': {
    label: 'tls.certificate_key',
    about: 'Its private key.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: always('reroutes', () => 'the gateway proves itself with another key'),
  },
  'tls.profile': {
    label: 'tls.profile',
    about: "Mozilla's TLS profile. Towards `old` loosens, towards `modern` shuts out older clients.",
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after) =>
      profileStrength[after] < profileStrength[before]
        ? verdict('loosens', 'weaker TLS versions and ciphers are accepted')
        : verdict('narrows', 'clients with older TLS are refused'),
  },
  'tls.hsts': {
    label: 'tls.hsts',
    about: 'How long browsers insist on HTTPS. Off or shorter loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (before, after) => {
      if (after === null) return verdict('loosens', 'browsers are no longer told to insist on HTTPS');
      if (before === null) return verdict('narrows', `browsers insist on HTTPS for ${showDuration(after)}`);
      return after < before
        ? verdict('loosens', 'browsers insist on HTTPS for a shorter time')
        : verdict('narrows', 'browsers insist on HTTPS for a longer time');
    },
  },
  redirect: {
    label: 'redirect',
    about: 'Whether plain HTTP is sent to HTTPS. Off loosens: it is served in the clear.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: ({ status }) => String(status),
    judge: (_before, after, { after: server }) => {
      if (after !== null) return verdict('narrows', 'plain HTTP is only sent to HTTPS');
      return server.listeners.some((listener) => !listener.tls)
        ? verdict('loosens', 'plain HTTP is served instead of being sent to HTTPS')
        : verdict('narrows', 'plain HTTP is no longer sent to HTTPS');
    },
  },
  'redirect.status': {
    label: 'redirect',
    about: 'Its status: after 301 clients may turn POST into GET, after 308 they do not.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: always('reroutes', () => 'clients are sent to HTTPS with another status'),
  },
  'redirect.port': {
    label: 'redirect port',
    about: 'The HTTPS port that plain HTTP is sent to.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('reroutes', `plain HTTP is sent to port ${after}`),
  },
};
