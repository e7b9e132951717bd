import type { Path } from '../../diagnostics/diagnostic.ts';
import type { ListenAddress } from '../../language/common/addresses.ts';
import type { CredentialReference, RoutePath } from '../../language/common/scalars.ts';
import type { ProviderName } from '../../language/upstreams/provider-presets.ts';
import type {
  AddressRules,
  BasicAuth,
  ClientCertificates,
  Introspection,
  KeyMap,
  RouteAuth,
  TokenIssuer,
  Vault,
} from './authentication.ts';
import type { RateZone } from './limits.ts';

/**
 * The resolved gateway: references followed, defaults filled, routes in order. It knows neither YAML nor nginx, and it
 * is plain data: times in milliseconds, sizes in bytes, named things sorted by name. `at` leads back into the spec.
 */
export interface Gateway {
  readonly server: Server;
  readonly resolver: Resolver | null;
  readonly upstreams: readonly Upstream[];
  readonly keyMaps: readonly KeyMap[];
  readonly tokenIssuers: readonly TokenIssuer[];
  readonly introspection: readonly Introspection[];
  readonly basicAuth: readonly BasicAuth[];
  readonly clientCertificates: readonly ClientCertificates[];
  readonly vault: Vault | null;
  readonly models: readonly Model[];
  readonly rateZones: readonly RateZone[];
  /** In the order of the spec, which decides among routes on one path. */
  readonly routes: readonly Route[];
  readonly compression: Compression;
  readonly log: Log;
  readonly process: Process;
  readonly compose: Compose;
}

export interface Server {
  /** Empty serves every host. */
  readonly names: readonly string[];
  readonly listeners: readonly Listener[];
  readonly http2: boolean;
  readonly tls: ServerTls | null;
  /** How plain HTTP is sent to HTTPS, or null when it is served. */
  readonly redirect: { readonly status: 301 | 308; readonly port: number } | null;
  readonly trustedProxies: TrustedProxies | null;
  readonly addresses: AddressRules;
  /** Names of rate zones, for routes that say none. */
  readonly limits: readonly string[];
  /** The longest that the body of a request may take, in ms. */
  readonly bodyTimeout: number;
  /** How many requests of one address may be under way at once. */
  readonly connectionsPerAddress: { readonly most: number; readonly private: boolean } | null;
  readonly keepalive: { readonly timeout: number; readonly requests: number };
  readonly maxBodySize: number;
  readonly responseHeaders: readonly Header[];
}

export interface Listener extends ListenAddress {
  readonly tls: boolean;
  readonly at: Path;
}

export interface ServerTls {
  readonly certificate: string;
  readonly certificateKey: string;
  readonly profile: 'modern' | 'intermediate' | 'old';
  readonly hsts: number | null;
}

export interface TrustedProxies {
  readonly ranges: readonly string[];
  /** The header in which they tell the client's address. */
  readonly header: string;
  /** Whether that header lists several hops, of which the last untrusted one is the client. */
  readonly recursive: boolean;
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

interface Resolver {
  readonly addresses: readonly string[];
  /** Null keeps answers as long as the records say. */
  readonly valid: number | null;
  readonly ipv6: boolean;
}

export interface Upstream {
  readonly name: string;
  readonly at: Path;
  readonly provider: ProviderName;
  readonly servers: readonly UpstreamServer[];
  readonly balance: Balance;
  readonly keepalive: { readonly connections: number; readonly timeout: number; readonly requests: number } | null;
  readonly tls: UpstreamTls | null;
  readonly credential: Credential | null;
  /** Null passes on the host that the client asked for. */
  readonly host: string | null;
  readonly basePath: string;
  /** Whether DNS changes are followed: because the spec says so, because it can be, or not. */
  readonly resolve: 'required' | 'preferred' | 'never';
  readonly requestHeaders: readonly Header[];
  /** Query arguments in which servers take keys, and that clients therefore cannot send. */
  readonly credentialArguments: readonly string[];
  /** Somebody else's service, which need not know who our clients are. */
  readonly hosted: boolean;
  /** Null asks nobody: only requests tell whether a server works. */
  readonly healthCheck: HealthCheck | null;
  /** When the upstream as a whole is left alone for a while; null never leaves it. */
  readonly breaker: Breaker | null;
  /** How long its servers work on one request at most, as far as the spec knows; only checked. */
  readonly longestAnswer: number | null;
}

/** A request that is sent to every server of an upstream again and again. */
export interface HealthCheck {
  readonly probe:
    | { readonly kind: 'path'; readonly path: string }
    /** The shortest completion there is, of this model. */
    | { readonly kind: 'completion'; readonly path: string; readonly model: string };
  readonly interval: number;
  readonly timeout: number;
  /** Good answers in a row that bring a server back, and bad ones that take it out. */
  readonly rise: number;
  readonly fall: number;
}

export interface Breaker {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before one request may try again. */
  readonly open: number;
}

export interface UpstreamServer {
  readonly at: Path;
  readonly kind: 'network' | 'unix';
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly backup: boolean;
  readonly down: boolean;
  readonly maxConns: number;
  readonly maxFails: number;
  readonly failTimeout: number;
  /** How long its share grows after it came back; 0 gives it all at once. */
  readonly slowStart: number;
  /** The service of a DNS SRV record, such as `http` for `_http._tcp.<host>`; null looks up addresses. */
  readonly service: string | null;
}

export type Balance =
  | { readonly kind: 'round_robin' | 'least_conn' | 'ip_hash' | 'random' | 'least_time' }
  | { readonly kind: 'hash'; readonly key: HashKey; readonly consistent: boolean }
  /** One conversation stays with one server, whose cache knows its beginning, until `ttl` after its last request. */
  | { readonly kind: 'conversation'; readonly ttl: number };

export type HashKey =
  | { readonly kind: 'client' }
  | { readonly kind: 'uri' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string };

export interface UpstreamTls {
  readonly name: string;
  readonly verify: boolean;
  /** Null trusts the authorities of the system. */
  readonly ca: string | null;
}

export interface Credential {
  /** For everyone whom no rule names; empty has none for them. */
  readonly keys: readonly CredentialKey[];
  /** The first that fits counts. */
  readonly rules: readonly CredentialRule[];
  readonly placement:
    | { readonly kind: 'header'; readonly name: string; readonly scheme: 'bearer' | 'plain' }
    | { readonly kind: 'query'; readonly name: string };
  /** Hosts outside the provider's domains that may receive it. */
  readonly hosts: readonly string[];
}

export interface CredentialKey {
  readonly from: CredentialReference;
  /** Its share of the requests, beside the others'. */
  readonly weight: number;
  /** What is sent with it: whose account it is for. */
  readonly headers: readonly Header[];
}

export interface CredentialRule {
  readonly who: { readonly kind: 'client' | 'tier' | 'route'; readonly name: string };
  readonly keys: readonly CredentialKey[];
}

export interface Route {
  readonly name: string;
  readonly at: Path;
  readonly path: RoutePath;
  /** All must hold; sorted by kind and name. */
  readonly conditions: readonly Condition[];
  readonly auth: RouteAuth;
  readonly addresses: AddressRules;
  /** Names of rate zones, each once, in the order of the spec. */
  readonly limits: readonly string[];
  /** Whose error format its clients understand. */
  readonly api: Api;
  readonly destination: Destination;
  /** Where a request goes when its first target fails, in order. */
  readonly fallback: readonly Target[];
  readonly retry: Retry;
  readonly mirror: Mirror | null;
  readonly rewrite:
    | { readonly kind: 'set'; readonly path: string }
    | { readonly kind: 'prefix'; readonly strip: string; readonly add: string };
  readonly timeouts: Timeouts;
  /** How a client learns that a stream ended too early: by the broken transfer alone, or by an event before it. */
  readonly streamErrors: 'break' | 'event';
  readonly maxBodySize: number;
  readonly buffering: boolean;
  readonly websocket: boolean;
  readonly compression: boolean;
  readonly responseHeaders: readonly Header[];
  readonly requestHeaders: readonly Header[];
}

/** What answers the requests of a route. */
export type Destination =
  | { readonly kind: 'upstream'; readonly upstream: string }
  | {
      readonly kind: 'split';
      readonly sides: readonly SplitSide[];
      readonly sticky: StickyKey | null;
      /** A request header that names the side, by its upstream. */
      readonly force: string | null;
    }
  /** The table of models decides. */
  | { readonly kind: 'by_model' }
  /** The gateway itself: the list of models that the caller may use. */
  | { readonly kind: 'model_list' };

export interface SplitSide {
  readonly upstream: string;
  /** In hundredths of a percent; those of all sides add up to 10,000. */
  readonly share: number;
}

export type StickyKey =
  /** Who is asking, else the address. */
  { readonly kind: 'client' } | { readonly kind: 'header' | 'cookie'; readonly name: string };

export interface Target {
  readonly upstream: string;
  /** The upstream's own name for the model; null sends what the client asked for. */
  readonly model: string | null;
}

/** One line of the table of models. */
export interface Model {
  /** What clients ask for; `*` stands for any characters. */
  readonly name: string;
  readonly at: Path;
  /** The first serves it, the others when that fails. */
  readonly targets: readonly Target[];
}

/** When a request is sent once more, before the client has received anything. */
export interface Retry {
  /** Whether the spec speaks of it; without fallback, and with one key, nothing is done that nginx does not do itself. */
  readonly given: boolean;
  readonly on: RetryOn;
  /** Attempts of one request, the first one included. */
  readonly tries: number;
  /** Time after which no further attempt begins. */
  readonly within: number;
}

export interface RetryOn {
  /** No connection, or none in time: the upstream has seen nothing. */
  readonly connect: boolean;
  /** The connection broke before the answer: the upstream may have done the work. */
  readonly reset: boolean;
  /** No first byte in time: the upstream may still be at work. */
  readonly timeout: boolean;
  /** Sorted. */
  readonly statuses: readonly number[];
}

export interface Mirror {
  readonly upstream: string;
  /** In hundredths of a percent. */
  readonly share: number;
}

export interface Timeouts {
  readonly connect: number;
  /** From the request to the first byte of the answer. */
  readonly firstByte: number;
  /** Between two pieces of the answer. */
  readonly idle: number;
  readonly send: number;
  /** All of it, attempts and streaming included; null sets no limit. */
  readonly total: number | null;
  /** How long clients wait, as far as the spec knows; only checked. */
  readonly client: number | null;
}

export type Api = 'openai' | 'anthropic' | 'gemini';

export type Condition =
  | { readonly kind: 'method'; readonly values: readonly string[] }
  | { readonly kind: 'host'; readonly values: readonly string[] }
  | { readonly kind: 'client'; readonly ranges: readonly string[] }
  /** Patterns of the model in the request, in which `*` stands for any characters. */
  | { readonly kind: 'model'; readonly patterns: readonly string[] }
  | { readonly kind: 'header' | 'query'; readonly name: string; readonly test: ValueTest };

export type ValueTest =
  | { readonly kind: 'present' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'one_of'; readonly values: readonly string[] };

interface Compression {
  readonly gzip: Compressor | null;
  readonly brotli: Compressor | null;
}

export interface Compressor {
  readonly level: number;
  readonly minLength: number;
  readonly types: readonly string[];
}

/** Null where the target's own place is right. */
interface Log {
  readonly access: string | false | null;
  readonly error: string | null;
  readonly level: 'error' | 'warn' | 'notice';
}

interface Process {
  readonly user: string | null;
  /** Null is the group of the user's name. */
  readonly group: string | null;
  readonly workers: number | 'auto';
  readonly connections: number;
  readonly shutdownTimeout: number;
  readonly pid: string | null;
  readonly temporaryDirectory: string | null;
}

interface Compose {
  readonly network: string;
  readonly backends: readonly {
    readonly name: string;
    readonly image: string;
    readonly command: readonly string[] | null;
    readonly envFile: string | null;
  }[];
}
