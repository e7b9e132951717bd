import { isIP } from 'node:net';
import type { Upstream } from '../model/gateway.ts';
import type { Check } from './check.ts';

/** OC3008 and OC3010: names that should be followed and cannot be, or that nginx would look up only at its start. */
export const checkNameResolution: Check = (gateway, sink) => {
  const fixed: Upstream[] = [];
  for (const upstream of gateway.upstreams) {
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
