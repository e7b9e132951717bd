import type { Spec } from '../../language/spec.ts';
import type { Retry, RetryOn, Timeouts } from '../common/gateway.ts';

type RetrySection = Spec['routes'][number]['retry'];

/** What `5xx` stands for: the server or one behind it is broken or full; 529 is Anthropic's "overloaded". */
const serverErrors = [500, 502, 503, 504, 529] as const;
/** More would only add to the load of upstreams that are down. */
const mostTries = 5;
const usualTries = 3;

/** `alternatives` is how many targets a request has, or null when there is nothing else to try. */
export function resolveRetry(
  section: RetrySection,
  { alternatives, timeouts }: { readonly alternatives: number | null; readonly timeouts: Timeouts },
): Retry {
  const given = section === undefined || section === false ? {} : section;
  const usual = alternatives === null ? 1 : Math.min(mostTries, Math.max(usualTries, alternatives));
  const tries = section === false ? 1 : (given.tries ?? usual);
  return {
    given: section !== undefined,
    on: resolveOn(given.on ?? ['connect', 'reset', 'timeout', 429, '5xx']),
    tries,
    within: given.within ?? tries * (timeouts.connect + timeouts.firstByte),
  };
}

function resolveOn(on: readonly (string | number)[]): RetryOn {
  const statuses = on.flatMap((item) => (item === '5xx' ? serverErrors : typeof item === 'number' ? [item] : []));
  return {
    connect: on.includes('connect'),
    reset: on.includes('reset'),
    timeout: on.includes('timeout'),
    statuses: [...new Set(statuses)].sort((a, b) => a - b),
  };
}
