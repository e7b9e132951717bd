import type { HealthCheck, Upstream } from '../../gateway/common/gateway.ts';
import { providerPresets } from '../../language/upstreams/provider-presets.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { timeText } from '../common/time-text.ts';

/** OC3008, OC3024 and OC3025: probes that ask for two things, that overlap, or that somebody bills. */
export const checkHealthChecks: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    const { healthCheck } = upstream;
    if (healthCheck === null) continue;
    checkProbe(upstream, sink);
    checkTimes(upstream, healthCheck, sink);
    warnHosted(upstream, healthCheck, sink);
  }
};

function checkProbe({ at }: Upstream, sink: CheckSink): void {
  const place = [...at, 'health_check', 'completion'];
  if (!sink.has(place) || !sink.has([...at, 'health_check', 'path'])) return;
  sink.error('OC3008', place, {
    part: 'key',
    message: '`completion` beside `path`',
    help: 'a probe asks for one thing; keep one of them',
  });
}

function checkTimes({ at }: Upstream, { interval, timeout }: HealthCheck, sink: CheckSink): void {
  if (timeout <= interval) return;
  const [key, other] = sink.has([...at, 'health_check', 'timeout'])
    ? (['timeout', 'interval'] as const)
    : (['interval', 'timeout'] as const);
  sink.error('OC3024', [...at, 'health_check', key], {
    message: `a probe may take ${timeText(timeout)}, and the next begins after ${timeText(interval)}`,
    help:
      key === 'timeout'
        ? `write \`timeout: ${timeText(interval)}\` or less, or a longer \`${other}\``
        : `write \`interval: ${timeText(timeout)}\` or more, or a shorter \`${other}\``,
  });
}

/** Other people's services count every request. */
function warnHosted(upstream: Upstream, { probe, interval }: HealthCheck, sink: CheckSink): void {
  const { name, at, provider, servers } = upstream;
  const isProvider = providerPresets[provider].domains.length > 0;
  if (!isProvider && (probe.kind === 'path' || !upstream.hosted)) return;
  const rate = Math.round((servers.length * 3_600_000) / interval);
  sink.warning('OC3025', [...at, 'health_check'], {
    part: 'key',
    message: `the health check of \`${name}\` sends ${isProvider ? `\`${provider}\`` : 'somebody else'} ${rate} requests an hour`,
    help: `providers bill or limit them${probe.kind === 'path' ? ', and a path says little about models' : ''}; leave it out: \`breaker\` and \`fallback\` act on the requests of clients`,
  });
}
