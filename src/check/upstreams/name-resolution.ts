import { isIP } from 'node:net';
import type { Gateway, Upstream } from '../../gateway/common/gateway.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3008, OC3010, OC3012 and OC3015: names that should be followed and cannot be, or that nginx would look up only at its start. */
export const checkNameResolution: Check = (gateway, sink) => {
  const fixed: Upstream[] = [];
  for (const upstream of gateway.upstreams) {
    checkServices(upstream, gateway, sink);
    const hasNames = upstream.servers.some((server) => server.kind === 'network' && isIP(server.host) === 0);
    if (upstream.resolve === 'required' && gateway.resolver === null) {
      sink.error('OC3008', [...upstream.at, 'resolve'], {
        part: 'key',
        message: '`resolve: true` needs a `resolver`',
        help: 'add `resolver: 127.0.0.53` (systemd-resolved) or `resolver: 127.0.0.11` (Docker)',
      });
    } else if (upstream.resolve === 'required' && !hasNames) {
      sink.warning('OC3012', [...upstream.at, 'resolve'], {
        part: 'key',
        message: '`resolve` has no effect: the servers are given by address',
      });
    } else if (hasNames && gateway.resolver === null && upstream.hosted && !sink.has([...upstream.at, 'resolve']))
      fixed.push(upstream);
  }
  const [first, ...rest] = fixed;
  if (first === undefined) return;
  const names = fixed.map((upstream) => `\`${upstream.name}\``).join(', ');
  sink.warning('OC3010', first.at, {
    part: 'key',
    message: `the addresses of ${names} are looked up only when nginx starts`,
    help: 'providers move: add `resolver: 127.0.0.53` (systemd-resolved) or `resolver: 127.0.0.11` (Docker), or accept it with `resolve: false`',
    related: rest.map((upstream) => ({ message: 'this one too', path: upstream.at, part: 'key' as const })),
  });
};

/** Records that tell ports are asked for by the gateway itself. */
function checkServices({ servers, resolve, at }: Upstream, { resolver }: Gateway, sink: CheckSink): void {
  for (const server of servers) {
    if (server.service === null) continue;
    if (resolver === null)
      sink.error('OC3015', [...server.at, 'service'], {
        part: 'key',
        message: `the servers of \`${server.host}\` cannot be looked up without a \`resolver\``,
        help: 'add `resolver: 127.0.0.53` (systemd-resolved) or `resolver: 127.0.0.11` (Docker)',
      });
    else if (resolve === 'never')
      sink.error('OC3008', [...server.at, 'service'], {
        part: 'key',
        message: '`service` beside `resolve: false`',
        help: 'such records are always followed; leave `resolve` out, or name servers and ports',
        related: [{ message: 'not followed', path: [...at, 'resolve'] }],
      });
  }
}
