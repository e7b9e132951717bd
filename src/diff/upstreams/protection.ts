import { isIP } from 'node:net';
import { memoize } from '../common/memoize.ts';
import type { PublicModel, PublicUpstream } from '../common/public-model.ts';
import type { PublicUpstreamServer } from './server.ts';

/** How requests are protected on their way; on the own machine or a private network they need not be encrypted. */
export type Protection = 'clear' | 'unverified' | 'safe';

export function protectionOf(upstream: PublicUpstream): Protection {
  if (upstream.tls !== null) return upstream.tls.verify ? 'safe' : 'unverified';
  return upstream.servers.every(isNear) ? 'safe' : 'clear';
}

/** What is not there gets no requests. */
export function protectionFor(model: PublicModel, name: string): Protection {
  const upstream = upstreamsByName(model).get(name);
  return upstream === undefined ? 'safe' : protectionOf(upstream);
}

/** Whether requests are easier to read on their way now. */
export function isLessProtected(before: Protection, after: Protection): boolean {
  return after !== before && after !== 'safe' && !(before === 'clear' && after === 'unverified');
}

/** The hosts of an upstream that is somebody else's service, and not in the own network; else none. */
export function strangersIn(model: PublicModel, name: string): readonly string[] {
  const upstream = upstreamsByName(model).get(name);
  return upstream?.hosted === true ? upstream.servers.filter((server) => !isNear(server)).map(({ host }) => host) : [];
}

const upstreamsByName = memoize(
  ({ upstreams }: PublicModel) => new Map(upstreams.map((upstream) => [upstream.name, upstream] as const)),
);

/** RFC 1918, RFC 4193, loopback and names without a dot, as in a container network. */
function isNear({ kind, host }: PublicUpstreamServer): boolean {
  if (kind === 'unix') return true;
  if (isIP(host) === 6) return host === '::1' || /^f[cd]/i.test(host);
  if (isIP(host) === 4) return /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(host);
  return !host.includes('.');
}
