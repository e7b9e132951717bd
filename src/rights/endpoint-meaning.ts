import { providers } from './providers.ts';
import type { EndpointMeaning } from './way-to-work.ts';

const endpoints = providers
  .flatMap(({ ways }) => ways.flatMap(({ endpoint }) => (endpoint === undefined ? [] : [endpoint])))
  .map(({ tail, means }) => ({ tail, means, pattern: toPattern(tail) }))
  .sort((a, b) => b.tail.length - a.tail.length);

const handshakes = providers.flatMap(({ ways }) =>
  ways.flatMap(({ bindsHandshake }) => (bindsHandshake === undefined ? [] : [toPattern(bindsHandshake)])),
);

/** What `openclaw.models.work_endpoints` says of a path: the longest end that fits counts. */
export function endpointMeaning(path: string): EndpointMeaning | null {
  return endpoints.find(({ pattern }) => pattern.test(path))?.means ?? null;
}

/** Whether a handshake on a path names the model of the whole session. */
export function isBindingPath(path: string): boolean {
  return handshakes.some((pattern) => pattern.test(path));
}

function toPattern(tail: string): RegExp {
  return new RegExp(`/${tail.replace(/[.+-]/g, '\\$&').replaceAll('*', '[^/]+')}$`, 'i');
}
