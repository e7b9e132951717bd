import { isIP } from 'node:net';
import type { PublicUpstreamServer } from './effects-upstream-server.ts';
import type { PublicUpstream } from './public-model.ts';

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
