import type { Spec } from '../../language/spec.ts';
import type { HealthCheck } from '../common/gateway.ts';

type UpstreamSection = Spec['upstreams'][string];

/** Null when nobody is asked. A section that says both what to ask for and whom has `path`; a check reports that. */
export function resolveHealthCheck(section: UpstreamSection['health_check'], basePath: string): HealthCheck | null {
  if (section === undefined || section === false) return null;
  const given = section === true ? {} : section;
  return {
    probe:
      given.path === undefined && given.completion !== undefined
        ? { kind: 'completion', path: completionsPath(basePath), model: given.completion }
        : { kind: 'path', path: given.path ?? '/health' },
    interval: given.interval ?? 5000,
    timeout: given.timeout ?? 2000,
    rise: given.rise ?? 2,
    fall: given.fall ?? 3,
  };
}

/** A base path stands before the `/v1` of clients, unless it has a version of its own. */
function completionsPath(basePath: string): string {
  return `${basePath}${/\/v[0-9][^/]*$/.test(basePath) ? '' : '/v1'}/chat/completions`;
}
