import type { Path } from '../../diagnostics/diagnostic.ts';
import type { KeySource } from '../../language/common/access-scalars.ts';
import type { EndpointUrl } from '../../language/common/addresses.ts';
import type { CredentialReference } from '../../language/common/scalars.ts';

/** Who may call, by address; `deny` wins, and an empty `allow` allows everybody else. Ranges are sorted. */
export interface AddressRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** What a route asks of callers. Methods are names, in the order in which they are tried. */
export type RouteAuth =
  | { readonly kind: 'none' | 'unset' }
  | { readonly kind: 'any' | 'all'; readonly methods: readonly string[] };

/** What a known caller may do; an empty list restricts nothing. Times are seconds since 1970. */
export interface Rights {
  readonly tier: string | null;
  readonly routes: readonly string[];
  readonly upstreams: readonly string[];
  readonly models: readonly string[];
  readonly addresses: readonly string[];
  readonly notBefore: number | null;
  readonly notAfter: number | null;
}

export interface KeyMap {
  readonly name: string;
  readonly at: Path;
  /** The way to authenticate whose clients these are; null is its own. */
  readonly sameClientsAs: string | null;
  readonly sources: readonly KeySource[];
  readonly clients: readonly KeyClient[];
  /** A key file that is watched while the gateway runs. */
  readonly file: string | null;
}

export interface KeyClient extends Rights {
  readonly id: string;
  readonly at: Path;
  readonly keys: readonly ClientKey[];
}

export interface ClientKey {
  /** SHA-256 in lower-case hexadecimal digits. */
  readonly hash: string;
  readonly notBefore: number | null;
  readonly notAfter: number | null;
}

export interface BasicAuth {
  readonly name: string;
  readonly at: Path;
  /** The way to authenticate whose clients these are; null is its own. */
  readonly sameClientsAs: string | null;
  readonly realm: string;
  /** Null when the users are given by name. */
  readonly file: string | null;
  readonly users: readonly { readonly name: string; readonly hash: string }[];
  readonly tier: string | null;
}

/** What a verified token has to say about its bearer. */
export interface Claims {
  readonly client: string;
  readonly tier: string | null;
  /** Without values, any value will do. */
  readonly require: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export type TokenAlgorithm = 'HS256' | 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** Times are milliseconds. */
export type TokenKeys =
  | {
      readonly kind: 'url';
      readonly url: EndpointUrl;
      readonly maxAge: number;
      readonly minRefresh: number;
      readonly timeout: number;
    }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'public_key'; readonly pem: string }
  | { readonly kind: 'secret'; readonly from: CredentialReference };

export interface TokenIssuer {
  readonly name: string;
  readonly at: Path;
  /** The way to authenticate whose clients these are; null is its own. */
  readonly sameClientsAs: string | null;
  readonly sources: readonly KeySource[];
  readonly keys: TokenKeys;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly issuer: string | null;
  readonly audience: readonly string[];
  readonly leeway: number;
  readonly requireExpiry: boolean;
  readonly claims: Claims;
}

export interface Introspection {
  readonly name: string;
  readonly at: Path;
  /** The way to authenticate whose clients these are; null is its own. */
  readonly sameClientsAs: string | null;
  readonly sources: readonly KeySource[];
  readonly url: EndpointUrl;
  readonly clientId: string;
  readonly clientSecret: CredentialReference;
  readonly authentication: 'basic' | 'post';
  readonly cache: number;
  readonly timeout: number;
  readonly audience: readonly string[];
  readonly claims: Claims;
}

export interface ClientCertificates {
  readonly name: string;
  readonly at: Path;
  /** The way to authenticate whose clients these are; null is its own. */
  readonly sameClientsAs: string | null;
  readonly ca: string;
  readonly crl: string | null;
  readonly depth: number;
  /** Empty knows every certificate of the authorities, by its common name. */
  readonly clients: readonly CertificateClient[];
}

export interface CertificateClient extends Rights {
  readonly id: string;
  readonly at: Path;
  readonly subject: string;
}

export interface Vault {
  readonly address: string;
  readonly auth:
    | { readonly kind: 'approle'; readonly roleIdFile: string; readonly secretIdFile: string }
    | { readonly kind: 'kubernetes'; readonly role: string }
    | { readonly kind: 'token_file'; readonly path: string };
  readonly namespace: string | null;
  readonly ca: string | null;
  readonly directory: string;
}
