import type { BasicAuth, ClientCertificates, Introspection, KeyMap, TokenIssuer } from './authentication.ts';
import type { Gateway } from './gateway.ts';

/** One way to say who is calling, by the section of the spec that it stands in. */
export type AuthMethod =
  | { readonly kind: 'key_maps'; readonly name: string; readonly value: KeyMap }
  | { readonly kind: 'jwt'; readonly name: string; readonly value: TokenIssuer }
  | { readonly kind: 'introspection'; readonly name: string; readonly value: Introspection }
  | { readonly kind: 'basic_auth'; readonly name: string; readonly value: BasicAuth }
  | { readonly kind: 'client_certificates'; readonly name: string; readonly value: ClientCertificates };

/** All ways of a gateway, section by section; of two with one name a route means the first. */
export function authMethodsOf(gateway: Gateway): readonly AuthMethod[] {
  return [
    ...gateway.keyMaps.map((value) => ({ kind: 'key_maps', name: value.name, value }) as const),
    ...gateway.tokenIssuers.map((value) => ({ kind: 'jwt', name: value.name, value }) as const),
    ...gateway.introspection.map((value) => ({ kind: 'introspection', name: value.name, value }) as const),
    ...gateway.basicAuth.map((value) => ({ kind: 'basic_auth', name: value.name, value }) as const),
    ...gateway.clientCertificates.map((value) => ({ kind: 'client_certificates', name: value.name, value }) as const),
  ];
}
