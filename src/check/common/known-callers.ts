import type { Gateway } from '../../gateway/common/gateway.ts';
import { namedClients } from './named-clients.ts';

/** Null where files or issuers may bring more. */
export interface KnownCallers {
  readonly clients: ReadonlySet<string> | null;
  readonly tiers: ReadonlySet<string> | null;
}

/** Clients and tiers that the spec names itself. */
export function knownCallers(gateway: Gateway): KnownCallers {
  const { keyMaps, clientCertificates, basicAuth, tokenIssuers, introspection } = gateway;
  const clients = namedClients(gateway);
  const tokens = [...tokenIssuers, ...introspection];
  const hasFiles = keyMaps.some(({ file }) => file !== null);
  const hasOtherClients =
    hasFiles ||
    tokens.length > 0 ||
    basicAuth.some(({ file }) => file !== null) ||
    clientCertificates.some((section) => section.clients.length === 0);
  const hasOtherTiers = hasFiles || tokens.some(({ claims }) => claims.tier !== null);
  const users = basicAuth.flatMap((section) => section.users);
  return {
    clients: hasOtherClients ? null : new Set([...clients.map(({ id }) => id), ...users.map(({ name }) => name)]),
    tiers: hasOtherTiers ? null : new Set([...clients, ...basicAuth].flatMap(({ tier }) => tier ?? [])),
  };
}
