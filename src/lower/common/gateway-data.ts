/*
 * Types and no interfaces: those would not do as `LuaValue`. Null leaves a key out. Names are those that Lua reads, which
 * test/lower/gateway-data.test.ts compares.
 */

/** What lua/gateway.lua returns: what our Lua works with. Secrets are named here, never written. */
export type GatewayData = {
  /** Modules that take a part of the rest, in the order in which they do. */
  readonly capabilities: readonly string[];
  /** Seconds. */
  readonly body_timeout?: number;
  readonly credentials?: Named<CredentialData>;
  readonly resolver?: ResolverData | null;
  readonly balancers?: Named<BalancerData>;
  readonly policies?: Named<PolicyData>;
  readonly key_maps?: Named<KeyMapData>;
  readonly jwt?: Named<TokenIssuerData>;
  readonly introspection?: Named<IntrospectionData>;
  readonly basic_auth?: Named<{ readonly tier: string | null }>;
  readonly client_certificates?: Named<CertificatesData>;
  /** By route, whether what follows the handshake keeps to its model. */
  readonly websockets?: Named<boolean>;
  readonly routes?: Named<RouteData>;
  readonly breakers?: Named<{ readonly servers: number; readonly failures?: number; readonly open?: number }>;
  readonly models?: readonly { readonly name: string; readonly targets: readonly TargetData[] }[];
  readonly streams?: Named<StreamData>;
};

export type Named<Value> = { readonly [name: string]: Value };

export type ReferenceData = { readonly source: 'env' | 'file'; readonly name: string };

export type KeyData = ReferenceData & { readonly weight: number; readonly sent: Named<string> | null };

export type CredentialData = {
  readonly keys: readonly KeyData[];
  readonly rules: readonly {
    readonly client?: string;
    readonly tier?: string;
    readonly route?: string;
    readonly keys: readonly KeyData[];
  }[];
};

type ResolverData = {
  readonly addresses: readonly string[];
  readonly valid: number | null;
  readonly ipv6: boolean;
  readonly timeout: number;
};

export type BalancerData = {
  readonly kind: string;
  /** The variable that is hashed. */
  readonly key: string | null;
  readonly ttl: number | null;
  readonly tries: number;
  readonly host: string | null;
  readonly tls: { readonly name: string; readonly verify: boolean } | null;
  readonly servers: readonly BalancedServerData[];
  readonly health: HealthData | null;
};

export type BalancedServerData = {
  readonly host: string;
  readonly port: number;
  readonly unix: true | null;
  readonly service: string | null;
  readonly weight: number;
  readonly max_fails: number;
  readonly fail_timeout: number;
  readonly max_conns: number;
  readonly slow_start: number;
  readonly backup: boolean;
  readonly down: boolean;
};

export type HealthData = {
  readonly path: string;
  readonly method: string;
  readonly body: string | null;
  readonly interval: number;
  readonly timeout: number;
  readonly rise: number;
  readonly fall: number;
  readonly headers: Named<string>;
  /** How a probe that has to be paid for sends the upstream's key. */
  readonly credential: PlacementData | null;
};

export type PlacementData = {
  readonly argument?: string;
  readonly header?: string;
  readonly prefix?: string;
  readonly sent: Named<string> | null;
};

export type PolicyData = {
  readonly all: boolean;
  readonly methods: readonly { readonly kind: string; readonly name: string; readonly clients: string }[];
  readonly realm: string | null;
  readonly challenge: string;
  readonly counts: { readonly claims: readonly { readonly name: string; readonly variable: string }[] } | null;
};

export type SourceData = {
  readonly kind: string;
  readonly variable?: string;
  readonly name?: string;
};

export type KeyMapData = {
  readonly sources: readonly SourceData[];
  readonly files: readonly { readonly path: string; readonly label: string }[];
};

export type ClaimsData = {
  readonly clients: string;
  readonly client: string;
  readonly tier: string | null;
  readonly counted: readonly string[] | null;
  readonly required: readonly { readonly name: string; readonly values: readonly string[] | null }[];
};

export type UrlData = {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
};

export type TokenIssuerData = {
  readonly sources: readonly SourceData[];
  readonly keys: TokenKeysData;
  readonly algorithms: Named<true>;
  readonly issuer: string | null;
  readonly audience: readonly string[] | null;
  readonly leeway: number;
  readonly require_expiry: boolean;
  readonly claims: ClaimsData;
};

export type TokenKeysData =
  | { readonly url: UrlData; readonly max_age: number; readonly floor: number; readonly timeout: number }
  | { readonly file: string }
  | { readonly pem: string }
  | { readonly secret: ReferenceData };

export type IntrospectionData = {
  readonly sources: readonly SourceData[];
  readonly url: UrlData;
  readonly client_id: string;
  readonly client_secret: ReferenceData;
  readonly authentication: string;
  readonly cache: number;
  readonly timeout: number;
  readonly audience: readonly string[] | null;
  readonly claims: ClaimsData;
};

export type RightsData = {
  readonly tier: string | null;
  readonly routes: readonly string[] | null;
  readonly upstreams: readonly string[] | null;
  readonly models: readonly string[] | null;
  readonly addresses: readonly string[] | null;
  readonly not_before: number | null;
  readonly not_after: number | null;
};

export type CertificatesData = { readonly clients?: Named<RightsData & { readonly id: string }> };

export type TargetData = { readonly upstream: string; readonly model?: string };

export type RouteData = {
  readonly destination: string;
  /** The variable that names the side of a split. */
  readonly side: string | null;
  readonly path?: string;
  readonly strip?: string;
  readonly add?: string | null;
  readonly targets: readonly TargetData[] | null;
  readonly fallback: readonly TargetData[];
  readonly tries: number;
  readonly within: number;
  readonly on: { readonly connect: boolean; readonly reset: boolean; readonly timeout: boolean };
  readonly statuses: readonly number[];
};

export type StreamData = {
  readonly first_byte: number;
  readonly idle: number;
  readonly total: number | null;
  readonly read: number;
  readonly event: true | null;
};
