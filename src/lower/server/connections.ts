import type { Token } from '../../nginx/token.ts';
import { number, parameter, text, variable } from '../../nginx/token.ts';
import type { LowerContext } from '../common/context.ts';
import { placeIfGiven } from '../common/context.ts';

/**
 * What nginx gives to requests of an address that has too many under way, until their error page makes it 429; see
 * `limitedStatus`.
 */
export const crowdedStatus = 465;

/** A bound for what one address may have under way (nginx.org/en/docs/http/ngx_http_limit_conn_module.html). */
export interface ConnectionsView {
  readonly place: Token | null;
  /** Empty when private addresses are counted too. */
  readonly privateRanges: readonly { readonly range: Token }[];
  readonly key: Token;
  readonly zone: Token;
  readonly limit: readonly Token[];
  /** What /openclaw/health has in its place, or a load balancer would take a gateway that one address keeps busy for dead. */
  readonly healthLimit: readonly Token[];
  readonly status: Token;
}

/** Of `limit_conn`, which has no `off` (ngx_http_limit_conn_module.c). */
const mostThatNginxTakes = 65535;

/** RFC 1918, 6598 (shared with providers), 3927, 1122, 4193, 4291. */
const privateRanges: readonly string[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

/**
 * Zone and variable are named for whom they count: nginx keeps the old configuration when a zone of the same name has
 * another key on reload (ngx_http_limit_conn_init_zone). 10m hold about 160,000 addresses with requests under way.
 */
export function lowerConnections(context: LowerContext): ConnectionsView | null {
  const bound = context.gateway.server.connectionsPerAddress;
  if (bound === null) return null;
  const name = bound.private ? 'openclaw_address' : 'openclaw_public_address';
  return {
    place: placeIfGiven(context, ['server', 'connections_per_address']),
    privateRanges: bound.private ? [] : privateRanges.map((range) => ({ range: text(range) })),
    key: variable(name),
    zone: parameter('zone', `${name}:10m`),
    limit: [text(name), number(bound.most)],
    healthLimit: [text(name), number(mostThatNginxTakes)],
    status: number(crowdedStatus),
  };
}
