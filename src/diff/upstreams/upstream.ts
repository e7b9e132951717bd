import type { PublicUpstream } from '../common/public-model.ts';
import type { AnyListRules, FieldRules, ObjectRules } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { newIn, quote, quoteAll, verdict } from '../common/verdicts.ts';
import { credentialRules } from '../credentials/credential.ts';
import { credentialRuleList } from '../credentials/rule.ts';
import { requestHeaderRules } from '../server/headers.ts';
import { balanceRules } from './balance.ts';
import { breakerRules } from './breaker.ts';
import { healthCheckRules } from './health-check.ts';
import { upstreamServers } from './server.ts';
import { upstreamTlsRules } from './tls.ts';

/**
 * What a change of an upstream means. A reload brings all of it, and starts the counters of every upstream anew: its
 * shared memory is never taken over (`noreuse` in ngx_http_upstream_zone_module.c).
 */
const upstreamRules: FieldRules<PublicUpstream, 'name' | 'servers' | 'requestHeaders' | 'credential.rules'> = {
  provider: {
    label: 'provider',
    about: 'The provider whose address, key header and path are the defaults.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after, { title }) => verdict('reroutes', `${title} speaks to ${quote(after)}`),
  },
  ...balanceRules,
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
  ...healthCheckRules,
  ...breakerRules,
  longestAnswer: {
    label: 'longest_answer',
    about: 'How long its servers work on one request, which is only checked.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    show: showDuration,
    judge: (_before, after, { title }) =>
      verdict(
        'cosmetic',
        after === null
          ? `limits of routes are not compared with how long ${title} works`
          : `limits of routes are compared with the ${showDuration(after)} that ${title} works`,
      ),
  },
  ...upstreamTlsRules,
  ...credentialRules,
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

const upstreamLists = {
  'credential.rules': credentialRuleList,
  servers: upstreamServers,
  requestHeaders: requestHeaderRules<PublicUpstream>(),
} satisfies Readonly<Record<string, AnyListRules>>;

export const upstreamObject = {
  fields: upstreamRules,
  lists: upstreamLists,
  identity: ['name'],
} as const satisfies ObjectRules;
