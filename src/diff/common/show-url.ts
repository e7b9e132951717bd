import type { EndpointUrl } from '../../language/common/addresses.ts';

/** Without what follows a `?`, which may hold a secret. */
export function showUrl({ scheme, host, port, path }: EndpointUrl): string {
  const isUsual = port === (scheme === 'http' ? 80 : 443);
  const name = host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${name}${isUsual ? '' : `:${port}`}${path.replace(/\?.*$/s, '?…')}`;
}
