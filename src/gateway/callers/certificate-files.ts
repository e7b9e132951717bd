import type { Gateway } from '../common/gateway.ts';
import { usedUpstreams } from '../common/targets.ts';
import { usedAuthMethods } from '../common/used-auth-methods.ts';

/** Certificates, their keys, authorities and lists of revoked ones: read at start and at a reload. */
export function certificateFilesOf(gateway: Gateway): readonly string[] {
  const used = usedUpstreams(gateway);
  const { tls } = gateway.server;
  const files = [
    tls?.certificate,
    tls?.certificateKey,
    ...gateway.upstreams.filter((upstream) => used.has(upstream.name)).map((upstream) => upstream.tls?.ca),
    ...usedAuthMethods(gateway).flatMap((method) =>
      method.kind === 'client_certificates' ? [method.value.ca, method.value.crl] : [],
    ),
  ];
  return [...new Set(files.filter((file) => typeof file === 'string'))];
}
