import { coversHost } from '../../gateway/common/coverage.ts';
import type { PublicServer } from '../common/public-model.ts';
import type { AnyListRules, FieldRules, ObjectRules } from '../common/rule.ts';
import { showDuration, showSize } from '../common/show-value.ts';
import { quoteAll, verdict } from '../common/verdicts.ts';
import { limitsRule } from '../limits/limits.ts';
import { addressRulesRule } from './addresses.ts';
import { connectionsRules } from './connections.ts';
import { responseHeaderRules } from './headers.ts';
import { httpsRules } from './https.ts';
import { judgeBodySize } from './judge-body-size.ts';
import { listenerRules } from './listener.ts';
import { trustedProxiesRules } from './trusted-proxies.ts';

/** What a change of the front door means. All of it takes effect on reload: nginx.org/en/docs/control.html. */
const serverRules: FieldRules<PublicServer, 'listeners' | 'responseHeaders'> = {
  names: {
    label: 'names',
    about: 'Hosts that are served. One more loosens; without names every host is served.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    judge: (before, after) => {
      if (after.length === 0) return verdict('loosens', 'requests for every host are served');
      if (before.length === 0) return verdict('narrows', `only requests for ${quoteAll(after)} are served`);
      const added = after.filter((name) => !before.some((known) => coversHost(known, name)));
      if (added.length > 0) return verdict('loosens', `requests for ${quoteAll(added)} are served too`);
      const removed = before.filter((name) => !after.some((known) => coversHost(known, name)));
      if (removed.length > 0) return verdict('narrows', `requests for ${quoteAll(removed)} are refused`);
      return verdict('cosmetic', 'the same hosts are served');
    },
  },
  http2: {
    label: 'listen.http2',
    about: 'HTTP/2 on HTTPS addresses.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after) =>
      verdict('capacity', after ? 'clients can use HTTP/2' : 'clients fall back to HTTP/1.1, one request at a time'),
  },
  ...httpsRules,
  ...trustedProxiesRules,
  addresses: addressRulesRule(),
  limits: limitsRule('Limits by rate for routes that have none of their own. One less loosens.'),
  bodyTimeout: {
    label: 'body_timeout',
    about: 'How long the body of a request may take.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) =>
      verdict('capacity', `request bodies that take longer than ${showDuration(after)} are cut off`),
  },
  ...connectionsRules,
  'keepalive.timeout': {
    label: 'keepalive.timeout',
    about: 'How long an idle client connection stays open.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) => verdict('capacity', `idle client connections close after ${showDuration(after)}`),
  },
  'keepalive.requests': {
    label: 'keepalive.requests',
    about: 'Requests over one client connection.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('capacity', `a client connection closes after ${after} requests`),
  },
  maxBodySize: {
    label: 'max_body_size',
    about: 'Largest request body. Raised loosens: a caller can send more.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: showSize,
    judge: judgeBodySize,
  },
};

const serverLists = {
  listeners: listenerRules,
  responseHeaders: responseHeaderRules<PublicServer>(),
} satisfies Readonly<Record<string, AnyListRules>>;

export const serverObject = {
  fields: serverRules,
  lists: serverLists,
  identity: [],
} as const satisfies ObjectRules;
