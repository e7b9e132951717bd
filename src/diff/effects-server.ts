import { containsRange } from '../model/address-range.ts';
import { coversHost } from '../model/coverage.ts';
import { responseHeaderRules } from './effects-headers.ts';
import type { PublicModel, PublicServer } from './public-model.ts';
import type { FieldRules, ListRules, Verdict } from './rule.ts';
import { showDuration, showSize } from './show-value.ts';
import { always, quote, quoteAll, verdict } from './verdicts.ts';

type PublicListener = PublicServer['listeners'][number];

const profileStrength = { modern: 2, intermediate: 1, old: 0 } as const;

/** What a change of the front door means. All of it takes effect on reload: nginx.org/en/docs/control.html. */
export const serverRules: FieldRules<PublicServer, 'listeners' | 'responseHeaders'> = {
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
  trustedProxies: {
    label: 'trusted_proxies',
    about:
      "Who may tell a client's address. More loosens; fewer too when routes look at addresses, because clients behind them then count as the proxy.",
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: ({ ranges }) => quoteRanges(ranges),
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
    show: quoteRanges,
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

export const serverLists: {
  readonly listeners: ListRules<PublicListener, PublicServer>;
  readonly responseHeaders: ListRules<{ readonly name: string; readonly value: string }, PublicServer>;
} = {
  listeners: {
    identify: addressOf,
    label: (listener) => `listen ${addressOf(listener)}`,
    order: verdict('cosmetic', 'the same addresses are listened on'),
    item: {
      label: 'listen <address>',
      about:
        'An address that is listened on. One more loosens. From all addresses of a port to one of them, or back, needs a restart: the old socket is still open when nginx binds the new one on reload.',
      risks: ['loosens', 'narrows'],
      takesEffect: (before, after, context) => {
        const others = (after === null ? context.after : context.before).listeners;
        return others.some((other) => isInTheWay(other, after ?? before ?? noListener)) ? 'restart' : 'reload';
      },
      show: ({ tls }) => (tls ? 'HTTPS' : 'HTTP'),
      judge: (before, after, { before: server, after: now }) => {
        if (after === null) return verdict('narrows', `${quote(addressOf(before ?? noListener))} is closed`);
        const covered = server.listeners.some(
          ({ host, port, tls }) => host === null && port === after.port && tls === after.tls,
        );
        const protocol = after.tls ? 'HTTPS' : now.redirect === null ? 'plain HTTP' : 'plain HTTP, sent to HTTPS';
        return covered && !after.host?.startsWith('[')
          ? verdict('narrows', `${quote(addressOf(after))} answers where every address of the port did`)
          : verdict('loosens', `${quote(addressOf(after))} answers ${protocol}`);
      },
    },
    fields: {
      tls: {
        label: 'listen <address> tls',
        about: 'Whether an address speaks HTTPS.',
        risks: ['loosens', 'narrows'],
        takesEffect: 'reload',
        judge: (_before, after) =>
          after
            ? verdict('narrows', 'the address speaks only HTTPS')
            : verdict('loosens', 'the address speaks plain HTTP'),
      },
    } satisfies FieldRules<PublicListener, 'host' | 'port', PublicServer> as FieldRules<
      PublicListener,
      string,
      PublicServer
    >,
  },
  responseHeaders: responseHeaderRules(),
};

const noListener: PublicListener = { host: null, port: 0, tls: false };

function addressOf({ host, port }: PublicListener): string {
  return `${host ?? '*'}:${port}`;
}

/**
 * Whether nginx cannot bind one address while the other is open: `bind() to 0.0.0.0:8080 failed (98: Address already in
 * use)`, after which it keeps the old configuration and `nginx -s reload` still exits with 0 (tried with 1.22.1).
 */
function isInTheWay(one: PublicListener, other: PublicListener): boolean {
  const [a, b] = [one, other].map(({ host }) => host ?? '0.0.0.0');
  const isSameFamily = a?.startsWith('[') === b?.startsWith('[');
  const isAnyOf = (host: string | undefined): boolean => host === '0.0.0.0' || host === '[::]';
  return one.port === other.port && a !== b && isSameFamily && (isAnyOf(a) || isAnyOf(b));
}

function quoteRanges(ranges: { readonly ranges: readonly string[] } | readonly string[]): string {
  const list = 'ranges' in ranges ? ranges.ranges : ranges;
  return list.length > 4 ? `${list.slice(0, 4).join(', ')} and ${list.length - 4} more` : list.join(', ');
}

function fewerTrusted(who: string, after: PublicModel): Verdict {
  const looks = after.routes.some((route) => route.conditions.some((condition) => condition.kind === 'client'));
  return looks
    ? verdict('loosens', `${who} is believed about addresses: clients behind one pass routes that let the proxy in`)
    : verdict('narrows', `${who} is believed about addresses: logs show the proxy's`);
}

/** For the server's and a route's limit. */
export function judgeBodySize(before: number, after: number): Verdict {
  return after > before
    ? verdict('loosens', `request bodies of up to ${showSize(after)} are accepted`)
    : verdict('narrows', `request bodies over ${showSize(after)} are refused with 413`);
}
