import { credentialReferencesOf } from '../../gateway/credentials/references.ts';
import type { PublicUpstream } from '../common/public-model.ts';
import type { FieldRules, ListRules } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { describeKeys } from '../credentials/describe-keys.ts';

export type PublicUpstreamServer = PublicUpstream['servers'][number];

/** What a change of one server means. */
const serverRules: FieldRules<PublicUpstreamServer, 'kind' | 'host' | 'port' | 'service', PublicUpstream> = {
  weight: {
    label: 'servers.<address>.weight',
    about: 'Its share of the requests.',
    risks: ['capacity'],
    takesEffect: 'reload, counters reset',
    judge: (before, after) => verdict('capacity', `it takes ${after > before ? 'more' : 'fewer'} of the requests`),
  },
  backup: {
    label: 'servers.<address>.backup',
    about: 'Whether it waits until all others are unavailable.',
    risks: ['capacity'],
    takesEffect: 'reload, counters reset',
    judge: (_before, after) =>
      verdict('capacity', after ? 'it serves only when all others are unavailable' : 'it serves beside the others'),
  },
  down: {
    label: 'servers.<address>.down',
    about: 'Whether it is out of use.',
    risks: ['capacity'],
    takesEffect: 'reload, counters reset',
    judge: (_before, after) => verdict('capacity', after ? 'it gets no requests' : 'it gets requests again'),
  },
  maxConns: {
    label: 'servers.<address>.max_conns',
    about: 'Most connections at one time. Those of workers that are finishing are not counted after a reload.',
    risks: ['capacity'],
    takesEffect: 'reload, counters reset',
    show: showLimit,
    judge: (_before, after) => verdict('capacity', `it takes ${showLimit(after)} connections at one time`),
  },
  maxFails: {
    label: 'servers.<address>.max_fails',
    about: 'Failures that take it out.',
    risks: ['capacity'],
    takesEffect: 'reload, counters reset',
    judge: (_before, after) =>
      verdict('capacity', after === 0 ? 'failures never take it out' : `failures that take it out: ${after}`),
  },
  failTimeout: {
    label: 'servers.<address>.fail_timeout',
    about: 'The time in which failures count, and for which it is out.',
    risks: ['capacity'],
    takesEffect: 'reload, counters reset',
    show: showDuration,
    judge: (_before, after) => verdict('capacity', `after failures it is out for ${showDuration(after)}`),
  },
  slowStart: {
    label: 'servers.<address>.slow_start',
    about: 'How long its share grows after it came back.',
    risks: ['capacity'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after) =>
      verdict(
        'capacity',
        after === 0
          ? 'it has its whole share as soon as it is back'
          : `its share grows for ${showDuration(after)} when it is back`,
      ),
  },
};

/** Servers are the same when their addresses are. */
export const upstreamServers: ListRules<PublicUpstreamServer, PublicUpstream> = {
  identify: addressOf,
  label: (server) => `servers.${addressOf(server)}`,
  order: verdict('capacity', 'servers take turns in another order, and hashes may lead to others'),
  item: {
    label: 'servers.<address>',
    about:
      'A server, or the DNS records of a `service` that name servers. A new host, or records, loosens when a key is sent along, and changes where prompts go.',
    risks: ['loosens', 'reroutes', 'capacity'],
    takesEffect: 'reload, counters reset',
    show: addressOf,
    judge: (before, after, { title, before: was, after: now }) => {
      if (after === null) return verdict('capacity', `${quote(addressOf(before ?? noServer))} gets no more requests`);
      if (after.service === null && hostsOf(was).includes(after.host))
        return verdict('reroutes', `requests to ${title} go to ${quote(addressOf(after))} too`);
      const keys = credentialReferencesOf(now);
      return keys.length === 0
        ? verdict('reroutes', `requests to ${title} go to ${quote(addressOf(after))} too`)
        : verdict(
            'loosens',
            `${describeKeys(keys)} ${keys.length === 1 ? 'is' : 'are'} sent to ${quote(addressOf(after))}`,
          );
    },
  },
  fields: serverRules,
};

/** The name of the records in place of a port, as `_http._tcp.llm.internal` (RFC 2782). */
type Address = Pick<PublicUpstreamServer, 'kind' | 'host' | 'port' | 'service'>;

const noServer: Address = { kind: 'network', host: '', port: 0, service: null };

export function addressOf({ kind, host, port, service }: Address): string {
  if (kind === 'unix') return `unix:${host}`;
  if (service !== null) return `_${service}._tcp.${host}${port === 0 ? '' : `:${port}`}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function hostsOf(upstream: PublicUpstream): readonly string[] {
  return upstream.servers.map((server) => server.host);
}

function showLimit(limit: number): string {
  return limit === 0 ? 'any number of' : String(limit);
}
