import type { AuthMethod } from './auth-methods.ts';
import { authMethodsOf } from './auth-methods.ts';
import type { Gateway } from './gateway.ts';
import { reachedUpstreams } from './targets.ts';

/**
 * Whose ids a way to authenticate gives: its own, unless the spec says that its clients are those of another. A name has
 * no `/`, so `<whose>/<id>` is never the same for two.
 */
export function clientsOf({ name, value }: AuthMethod): string {
  return value.sameClientsAs ?? name;
}

/** Whom a rule of an upstream's credential may mean, as `<whose>/<id>`; none is nobody who is known. */
export function meantClients(
  client: string,
  { upstream, gateway }: { readonly upstream: string; readonly gateway: Gateway },
): readonly string[] {
  const methods = authMethodsOf(gateway);
  const slash = client.indexOf('/');
  if (slash !== -1) {
    const named = methods.find(({ name }) => name === client.slice(0, slash));
    return named === undefined ? [] : [`${clientsOf(named)}${client.slice(slash)}`];
  }
  const asked = methods.filter(({ name }) => waysTo(upstream, gateway).has(name));
  const candidates = asked.length > 0 ? asked : methods;
  const naming = candidates.filter((method) => idsOf(method).includes(client));
  const possible = naming.length > 0 ? naming : candidates.filter(knowsOthers);
  return [...new Set(possible.map((method) => `${clientsOf(method)}/${client}`))];
}

/** Names of the ways to say who is calling on routes that lead to an upstream. */
function waysTo(upstream: string, gateway: Gateway): ReadonlySet<string> {
  const routes = gateway.routes.filter((route) => reachedUpstreams(route, gateway).includes(upstream));
  return new Set(routes.flatMap(({ auth }) => ('methods' in auth ? auth.methods : [])));
}

/** Ids that the spec itself gives. */
export function idsOf(method: AuthMethod): readonly string[] {
  switch (method.kind) {
    case 'key_maps':
    case 'client_certificates':
      return method.value.clients.map(({ id }) => id);
    case 'basic_auth':
      return method.value.users.map(({ name }) => name);
    case 'jwt':
    case 'introspection':
      return [];
  }
}

/** Whether files or issuers bring ids that the spec does not say. */
export function knowsOthers(method: AuthMethod): boolean {
  switch (method.kind) {
    case 'key_maps':
    case 'basic_auth':
      return method.value.file !== null;
    case 'client_certificates':
      return method.value.clients.length === 0;
    case 'jwt':
    case 'introspection':
      return true;
  }
}
