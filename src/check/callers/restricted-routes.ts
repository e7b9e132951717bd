import type { CertificateClient, KeyClient } from '../../gateway/common/authentication.ts';
import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import { bindsHandshakes } from '../../rights/binds-handshakes.ts';
import { endpointMeaning, isBindingPath } from '../../rights/endpoint-meaning.ts';
import { namedMethods } from '../common/auth-places.ts';
import { listNames } from '../common/list-names.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3012: routes on which clients with `models` are refused whatever they ask for, as nobody sees which model would work. */
export const checkRestrictedRoutes: Check = (gateway, sink) => {
  for (const route of gateway.routes) {
    const clients = restrictedClients(route, gateway);
    if (clients.length === 0) continue;
    if (route.websocket && !mayOpenWebsockets(route, gateway)) warnOfWebsockets(route, clients, sink);
    else if (startsHiddenWork(route)) warnOfHiddenWork(route, clients, sink);
  }
};

function restrictedClients(route: Route, { keyMaps, clientCertificates }: Gateway): readonly string[] {
  const methods = new Set(namedMethods(route));
  return [...keyMaps, ...clientCertificates]
    .filter(({ name }) => methods.has(name))
    .flatMap(({ clients }): readonly (KeyClient | CertificateClient)[] => clients)
    .filter(({ models, routes }) => models.length > 0 && (routes.length === 0 || routes.includes(route.name)))
    .map(({ id }) => id);
}

/** The only path that upstreams get, or null when there are several. */
function onlyPath({ path, rewrite }: Route): string | null {
  if (rewrite.kind === 'set') return rewrite.path;
  return path.kind === 'exact' ? `${rewrite.add}${path.path.slice(rewrite.strip.length)}` : null;
}

function mayOpenWebsockets(route: Route, gateway: Gateway): boolean {
  const path = onlyPath(route);
  return bindsHandshakes(route, gateway) && (path === null || isBindingPath(path));
}

function startsHiddenWork(route: Route): boolean {
  const path = onlyPath(route);
  return path !== null && endpointMeaning(path) === 'hidden';
}

function warnOfWebsockets(route: Route, clients: readonly string[], sink: CheckSink): void {
  sink.warning('OC3012', [...route.at, 'websocket'], {
    message: `clients with \`models\` cannot open websockets on route \`${route.name}\`: messages name the model there, which nobody sees`,
    help: `they get 403: ${listNames(clients)}; give them keys without \`models\` for it, or leave \`websocket\` out`,
  });
}

function warnOfHiddenWork(route: Route, clients: readonly string[], sink: CheckSink): void {
  sink.warning('OC3012', [...route.at, 'auth'], {
    message: `clients with \`models\` can start nothing on route \`${route.name}\`: requests do not show which model works`,
    help: `they get 403, but for reading and deleting: ${listNames(clients)}`,
  });
}
