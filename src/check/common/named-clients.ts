import type { CertificateClient, KeyClient } from '../../gateway/common/authentication.ts';
import type { Gateway } from '../../gateway/common/gateway.ts';

/** Whom the spec itself knows, by key or by certificate. */
export function namedClients({ keyMaps, clientCertificates }: Gateway): readonly (KeyClient | CertificateClient)[] {
  return [...keyMaps.flatMap(({ clients }) => clients), ...clientCertificates.flatMap(({ clients }) => clients)];
}
