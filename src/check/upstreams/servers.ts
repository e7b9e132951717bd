import type { DiagnosticSink } from '../../gateway/common/context.ts';
import type { Upstream } from '../../gateway/common/gateway.ts';
import type { Check } from '../common/rule.ts';

/** OC3004, OC3008, OC3012, OC3001: pools that nobody can answer for, and server settings that contradict the pool. */
export const checkUpstreamServers: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    checkWeights(upstream, sink);
    checkBackups(upstream, sink);
    checkFailureSettings(upstream, sink);
    checkDuplicates(upstream, sink);
  }
};

function checkWeights(upstream: Upstream, sink: DiagnosticSink): void {
  const regular = upstream.servers.filter((server) => !server.backup);
  if (regular.some((server) => !server.down)) return;
  const message =
    regular.length === 0
      ? `all servers of \`${upstream.name}\` are backups`
      : `no server of \`${upstream.name}\` takes requests: their weights add up to nothing`;
  sink.error('OC3004', [...upstream.at, 'servers'], {
    part: 'key',
    message,
    help: 'give at least one server a weight, and do not mark it `down` or `backup`',
  });
}

/** nginx refuses `backup` beside these methods (ngx_http_upstream_module, `server`). */
function checkBackups(upstream: Upstream, sink: DiagnosticSink): void {
  if (!['hash', 'ip_hash', 'random'].includes(upstream.balance.kind)) return;
  for (const server of upstream.servers) {
    if (server.backup)
      sink.error('OC3008', [...server.at, 'backup'], {
        part: 'key',
        message: `\`backup\` cannot be used with \`balance: ${upstream.balance.kind}\``,
        help: 'use `round_robin` or `least_conn`',
      });
  }
}

/** nginx never takes the only server of a pool out, so its failure settings would be a promise that is not kept. */
function checkFailureSettings(upstream: Upstream, sink: DiagnosticSink): void {
  const only = upstream.servers.length === 1 ? upstream.servers[0] : undefined;
  if (only === undefined || only.service !== null) return;
  for (const key of ['max_fails', 'fail_timeout', 'slow_start']) {
    if (sink.has([...only.at, key]))
      sink.warning('OC3012', [...only.at, key], {
        part: 'key',
        message: `\`${key}\` has no effect: \`${upstream.name}\` has only one server`,
        help: 'a single server is never taken out; add another one',
      });
  }
}

function checkDuplicates(upstream: Upstream, sink: DiagnosticSink): void {
  const seen = new Map<string, Upstream['servers'][number]>();
  for (const server of upstream.servers) {
    const address = server.service === null ? `${server.host}:${server.port}` : `${server.service} of ${server.host}`;
    const earlier = seen.get(address);
    if (earlier !== undefined)
      sink.warning('OC3001', server.at, {
        message: `server \`${address}\` is listed twice`,
        help: 'use `weight` to give it more requests',
        related: [{ message: 'first here', path: earlier.at }],
      });
    seen.set(address, server);
  }
}
