import { isIP } from 'node:net';
import { requestHeaderRules } from './effects-headers.ts';
import { hostsOf, type PublicUpstreamServer, showReference, upstreamServers } from './effects-upstream-server.ts';
import type { PublicModel, PublicUpstream } from './public-model.ts';
import type { FieldRules, ListRules, Verdict } from './rule.ts';
import { showDuration } from './show-value.ts';
import { newIn, quote, quoteAll, verdict } from './verdicts.ts';

type PublicCredential = NonNullable<PublicUpstream['credential']>;

/**
 * What a change of an upstream means. A reload brings all of it, and starts the counters of every upstream anew: its
 * shared memory is never taken over (`noreuse` in ngx_http_upstream_zone_module.c).
 */
export const upstreamRules: FieldRules<PublicUpstream, 'name' | 'servers' | 'requestHeaders'> = {
  provider: {
    label: 'provider',
    about: 'The provider whose address, key header and path are the defaults.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) => verdict('reroutes', `${title} speaks to ${quote(after)}`),
  },
  balance: {
    label: 'balance',
    about: 'How requests are spread over the servers.',
    risks: ['capacity'],
    takesEffect: 'reload, counters reset',
    show: showBalance,
    judge: (_before, after, { title }) =>
      verdict('capacity', `requests are spread over the servers of ${title} by ${quote(showBalance(after))}`),
  },
  keepalive: {
    label: 'keepalive',
    about: 'Whether connections to the servers are kept.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: ({ connections }) => String(connections),
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        `${title} ${after === null ? 'opens a connection for every request' : 'keeps its connections'}`,
      ),
  },
  'keepalive.connections': {
    label: 'keepalive.connections',
    about: 'Idle connections that each worker keeps.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      verdict('capacity', `each worker keeps ${after} idle connections to ${title}`),
  },
  'keepalive.timeout': {
    label: 'keepalive.timeout',
    about: 'How long an idle connection is kept.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after, { title }) =>
      verdict('capacity', `idle connections to ${title} close after ${showDuration(after)}`),
  },
  'keepalive.requests': {
    label: 'keepalive.requests',
    about: 'Requests over one connection.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      verdict('capacity', `a connection to ${title} closes after ${after} requests`),
  },
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
  credential: {
    label: 'credential',
    about: 'The key that is sent for callers. A new one loosens: whoever reaches the upstream calls with it.',
    risks: ['loosens', 'narrows'],
    takesEffect: (_before, after) => (after === null ? 'reload' : whenRead(after.from)),
    show: ({ from }) => showReference(from),
    judge: (_before, after, { title }) =>
      after === null
        ? verdict('narrows', `requests to ${title} carry no key of the gateway`)
        : verdict('loosens', `everyone who reaches ${title} calls with the key in ${quote(showReference(after.from))}`),
  },
  'credential.from': {
    label: 'credential.from',
    about:
      'Where that key is. A key that went to other hosts so far loosens. Workers get the environment that nginx was started with, so a variable needs a restart; a file is read again on reload.',
    risks: ['loosens', 'capacity'],
    takesEffect: (_before, after) => whenRead(after),
    show: showReference,
    judge: (_before, after, { title, after: now, gateways }) => {
      const strangers = hostsNewToKey(now, gateways.before);
      return strangers.length > 0
        ? verdict('loosens', `the key in ${quote(showReference(after))} is sent to ${quoteAll(strangers)} too`)
        : verdict(
            'capacity',
            `requests to ${title} carry the key in ${quote(showReference(after))}: its limits, its bill`,
          );
    },
  },
  'credential.placement': {
    label: 'credential placement',
    about: 'The header or query argument that carries it. A query argument loosens: logs and proxies keep those.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
    show: showPlacement,
    judge: (before, after, { title }) => {
      const effect = `${title} gets its key in ${showPlacement(after)}`;
      if (after.kind === 'query')
        return verdict(before.kind === 'query' ? 'reroutes' : 'loosens', `${effect}, which logs and proxies keep`);
      return verdict(before.kind === 'query' ? 'narrows' : 'reroutes', effect);
    },
  },
  'credential.hosts': {
    label: 'credential.hosts',
    about: "Hosts outside of the provider's domains that may have the key. One more loosens.",
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    judge: (before, after, { title }) => {
      const added = newIn(before, after);
      const removed = newIn(after, before);
      if (added.length > 0) return verdict('loosens', `the key of ${title} may be sent to ${quoteAll(added)}`);
      return removed.length > 0
        ? verdict('narrows', `the key of ${title} may no longer be sent to ${quoteAll(removed)}`)
        : verdict('cosmetic', 'the same hosts may have the key');
    },
  },
  host: {
    label: 'host',
    about:
      "The Host header sent. Passing on the client's loosens: clients choose what the servers take for their name.",
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
    show: (host) => host,
    judge: (before, after, { title }) => {
      if (after === null) return verdict('loosens', `${title} gets the host that the client names`);
      const effect = `${title} is asked for as ${quote(after)}`;
      return verdict(before === null ? 'narrows' : 'reroutes', effect);
    },
  },
  basePath: {
    label: 'base_path',
    about: 'What is put before every path.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      verdict(
        'reroutes',
        after === '' ? `${title} gets paths as they are` : `${title} gets paths below ${quote(after)}`,
      ),
  },
  resolve: {
    label: 'resolve',
    about: 'Whether DNS changes are followed.',
    risks: ['capacity'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        after === 'never'
          ? `addresses of ${title} are looked up only at start and reload`
          : `DNS changes of ${title} are followed${after === 'preferred' ? ' where the target can' : ''}`,
      ),
  },
  credentialArguments: {
    label: 'provider key arguments',
    about: "Query arguments in which clients' own keys come. One less loosens: it is passed on.",
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after, { title }) => {
      const lost = newIn(after, before);
      return lost.length > 0
        ? verdict('loosens', `${title} gets what clients send in ${quoteAll(lost.map((name) => `?${name}=`))}`)
        : verdict('narrows', `${title} no longer gets ${quoteAll(newIn(before, after).map((name) => `?${name}=`))}`);
    },
  },
  hosted: {
    label: 'hosted',
    about: "Whether it is somebody else's service, which is not told who our clients are.",
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) =>
      after
        ? verdict('narrows', `${title} is no longer told the addresses of clients`)
        : verdict('loosens', `${title} is told the addresses of clients`),
  },
};

export const upstreamLists: {
  readonly servers: ListRules<PublicUpstreamServer, PublicUpstream>;
  readonly requestHeaders: ListRules<{ readonly name: string; readonly value: string }, PublicUpstream>;
} = { servers: upstreamServers, requestHeaders: requestHeaderRules() };

/** What a new upstream means: nothing before a route uses it, but it should be safe then. */
export function judgeNewUpstream(upstream: PublicUpstream, title: string, before: PublicModel): Verdict {
  const key = upstream.credential === null ? '' : `, with the key in ${quote(showReference(upstream.credential.from))}`;
  const protection = protectionOf(upstream);
  if (protection === 'unverified') return verdict('loosens', `${title} is not verified${key}`);
  if (protection === 'clear' && key !== '') return verdict('loosens', `requests to ${title} are not encrypted${key}`);
  const strangers = hostsNewToKey(upstream, before);
  if (strangers.length > 0)
    return verdict(
      'loosens',
      `${quoteAll(strangers)} ${strangers.length === 1 ? 'gets' : 'get'} a key that only others had${key.replace(', with', ':')}`,
    );
  return verdict('capacity', `routes can send requests to ${title}${key}`);
}

/** Hosts of an upstream that did not get its key before, when others did: a key of theirs leaks to them. */
function hostsNewToKey({ credential, ...upstream }: PublicUpstream, before: PublicModel): readonly string[] {
  if (credential === null) return [];
  const holders = before.upstreams.filter(
    (other) => other.credential !== null && showReference(other.credential.from) === showReference(credential.from),
  );
  const known = holders.flatMap((holder) => holder.servers.map(({ host }) => host));
  return holders.length === 0 ? [] : newIn(known, [...new Set(upstream.servers.map(({ host }) => host))]);
}

/** How requests are protected on their way; on the own machine or a private network they need not be encrypted. */
export function protectionOf(upstream: PublicUpstream): 'clear' | 'unverified' | 'safe' {
  if (upstream.tls !== null) return upstream.tls.verify ? 'safe' : 'unverified';
  return upstream.servers.every(isNear) ? 'safe' : 'clear';
}

/** RFC 1918, RFC 4193, loopback and names without a dot, as in a container network. */
function isNear({ kind, host }: PublicUpstreamServer): boolean {
  if (kind === 'unix') return true;
  if (isIP(host) === 6) return host === '::1' || /^f[cd]/i.test(host);
  if (isIP(host) === 4) return /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(host);
  return !host.includes('.');
}

function showBalance(balance: PublicUpstream['balance']): string {
  if (balance.kind !== 'hash') return balance.kind;
  const key = 'name' in balance.key ? `${balance.key.kind} ${balance.key.name}` : balance.key.kind;
  return `hash ${key}${balance.consistent ? '' : ', not consistent'}`;
}

function showPlacement(placement: PublicCredential['placement']): string {
  if (placement.kind === 'query') return `query argument ${placement.name}`;
  return `header ${placement.name}${placement.scheme === 'bearer' ? ' after Bearer' : ''}`;
}

/**
 * `env NAME` hands on what nginx was started with, which no reload changes (nginx.org/en/docs/ngx_core_module.html#env);
 * a file is read by init_by_lua, which runs again on reload.
 */
function whenRead(from: PublicCredential['from']): 'restart' | 'reload' {
  return from.source === 'env' ? 'restart' : 'reload';
}
