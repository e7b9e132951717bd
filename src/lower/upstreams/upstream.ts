import type { Upstream, UpstreamServer } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, duration, durationText, number, parameter, text, variable } from '../../nginx/token.ts';
import { balancerFile } from '../common/balancer-file.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import type { Plans, Resolution } from '../common/plans.ts';
import { isNamed } from './balancers.ts';

type UpstreamChoices = Pick<Plans, 'resolution' | 'hashVariables'>;

/** `upstream` blocks (nginx.org/en/docs/http/ngx_http_upstream_module.html). */
export function lowerUpstreams(
  context: LowerContext,
  choices: UpstreamChoices,
): readonly TemplateFile<'conf.d/upstreams.conf', UpstreamsFileView>[] {
  const upstreams = [...context.upstreams.values()];
  return [
    {
      path: 'conf.d/upstreams.conf',
      template: 'conf.d/upstreams.conf',
      language: 'nginx',
      view: { upstreams: upstreams.map((upstream) => lowerUpstream(upstream, context, choices)) },
    },
  ];
}

export interface UpstreamsFileView {
  readonly upstreams: readonly ReturnType<typeof lowerUpstream>[];
}

function lowerUpstream(upstream: Upstream, context: LowerContext, choices: UpstreamChoices) {
  const resolution = choices.resolution.get(upstream.name) ?? 'at_start';
  const hasLuaBalancer = resolution === 'lua';
  return {
    title: comment(upstream.name),
    place: placeOf(context, upstream.at),
    name: text(upstream.name),
    zone: hasLuaBalancer ? null : { name: text(upstream.name), size: text(`${zoneKilobytes(upstream)}k`) },
    balancerFile: hasLuaBalancer ? text(balancerFile(upstream.name)) : null,
    method: hasLuaBalancer ? null : lowerMethod(upstream, choices),
    servers: hasLuaBalancer
      ? []
      : upstream.servers.map((server) => ({
          words: lowerServerWords(server, { resolution, isOnly: upstream.servers.length === 1 }),
        })),
    keepalive:
      upstream.keepalive === null
        ? null
        : {
            connections: number(upstream.keepalive.connections),
            timeout: duration(upstream.keepalive.timeout),
            requests: number(upstream.keepalive.requests),
          },
    withoutKeepalive: upstream.keepalive === null && context.capabilities.keepaliveByDefault,
  };
}

/** Shared by all workers: a peer takes under 1 kB, and a name may resolve to many. */
function zoneKilobytes(upstream: Upstream): number {
  return 256 + 4 * upstream.servers.length;
}

function lowerMethod(upstream: Upstream, choices: UpstreamChoices): readonly Token[] | null {
  const { balance } = upstream;
  if (balance.kind === 'round_robin') return null;
  if (balance.kind === 'random') return ['random', 'two', 'least_conn'].map(text);
  if (balance.kind === 'least_time') return ['least_time', 'header'].map(text);
  if (balance.kind !== 'hash') return [text(balance.kind)];
  const key = variable(choices.hashVariables.get(upstream.name) ?? 'remote_addr');
  return [text('hash'), key, ...(balance.consistent ? [text('consistent')] : [])];
}

/** Only what differs from nginx's own defaults, so that the line says what somebody chose. */
function lowerServerWords(
  server: UpstreamServer,
  options: { resolution: Resolution; isOnly: boolean },
): readonly Token[] {
  return [
    text(serverAddressText(server)),
    ...(options.resolution === 'native' && server.service !== null ? [parameter('service', server.service)] : []),
    ...(options.resolution === 'native' && isNamed(server) ? [text('resolve')] : []),
    ...(server.weight > 1 ? [parameter('weight', server.weight)] : []),
    ...(server.maxConns > 0 ? [parameter('max_conns', server.maxConns)] : []),
    ...(server.maxFails !== 1 && !options.isOnly ? [parameter('max_fails', server.maxFails)] : []),
    ...(server.failTimeout !== 10_000 && !options.isOnly
      ? [parameter('fail_timeout', durationText(Math.ceil(server.failTimeout / 1000) * 1000))]
      : []),
    ...(server.backup ? [text('backup')] : []),
    ...(server.down ? [text('down')] : []),
  ];
}

function serverAddressText(server: UpstreamServer): string {
  if (server.kind === 'unix') return `unix:${server.host}`;
  if (server.service !== null) return server.host;
  return server.host.includes(':') ? `[${server.host}]:${server.port}` : `${server.host}:${server.port}`;
}
