import { isIP } from 'node:net';
import type { Upstream } from '../../gateway/common/gateway.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3012 and OC3008: ways to choose among servers that have no choice, and a start that they cannot slow down. */
export const checkBalancing: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    warnNoChoice(upstream, sink);
    rejectSlowStart(upstream, sink);
  }
};

function warnNoChoice(upstream: Upstream, sink: CheckSink): void {
  const { balance, servers, name, at } = upstream;
  if (balance.kind !== 'least_time' && balance.kind !== 'conversation') return;
  const [only, ...others] = servers;
  if (only === undefined || others.length > 0 || mayBeSeveral(only, upstream)) return;
  sink.warning('OC3012', [...at, 'balance'], {
    message: `\`balance: ${balance.kind}\` has no effect: \`${name}\` has only one server`,
    help: 'leave it out, or add another server',
  });
}

/** A name can stand for several servers where its addresses are followed. */
function mayBeSeveral({ service, kind, host }: Upstream['servers'][number], { resolve }: Upstream): boolean {
  return service !== null || (resolve !== 'never' && kind === 'network' && isIP(host) === 0);
}

/** Which server a hash means does not depend on how long it has been there (ngx_http_upstream_module, `slow_start`). */
function rejectSlowStart({ balance, servers }: Upstream, sink: CheckSink): void {
  if (balance.kind !== 'hash' && balance.kind !== 'ip_hash') return;
  for (const { at, slowStart } of servers)
    if (slowStart > 0)
      sink.error('OC3008', [...at, 'slow_start'], {
        part: 'key',
        message: `\`slow_start\` cannot be used with \`balance: ${balance.kind}\``,
        help: 'use `round_robin`, `least_conn` or `least_time`, or leave it out',
      });
}
