import { compareText } from '../../compare-text.ts';
import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import type {
  ClientCertificates,
  Introspection,
  KeyMap,
  Rights,
  TokenIssuer,
  TokenKeys,
} from '../../gateway/common/authentication.ts';
import { clientsOf } from '../../gateway/common/client-ids.ts';
import type { KeySource } from '../../language/common/access-scalars.ts';
import type { EndpointUrl } from '../../language/common/addresses.ts';
import { claimVariable } from '../common/claim-variable.ts';
import type { LowerContext } from '../common/context.ts';
import type {
  CertificatesData,
  ClaimsData,
  IntrospectionData,
  KeyMapData,
  Named,
  PolicyData,
  RightsData,
  SourceData,
  TokenIssuerData,
  TokenKeysData,
  UrlData,
} from '../common/gateway-data.ts';
import { claimsOf } from '../common/limit-needs.ts';
import type { LuaPlan } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { lowerReference } from '../credentials/credentials.ts';
import { headerVariable } from '../reading/hash-keys.ts';
import { keyFile } from './key-files.ts';

/** What `openclaw.callers.auth` and its methods work with: policies by name, and the ways that they are made of. */
export function lowerAuthData(
  plans: readonly LuaPlan[],
  methods: readonly AuthMethod[],
  context: LowerContext,
): SomeNeeds['data'] & object {
  const of = <Kind extends AuthMethod['kind']>(kind: Kind) =>
    methods.filter((method): method is Extract<AuthMethod, { kind: Kind }> => method.kind === kind);
  return {
    policies: byName(plans.map((plan) => [plan.policy, lowerPolicy(plan)])),
    ...section(
      'key_maps',
      of('key_maps').map(({ name, value }) => [name, lowerKeyMap(value)]),
    ),
    ...section(
      'jwt',
      of('jwt').map(({ name, value }) => [name, lowerIssuer(value, context)]),
    ),
    ...section(
      'introspection',
      of('introspection').map(({ name, value }) => [name, lowerIntrospection(value, context)]),
    ),
    ...section(
      'basic_auth',
      of('basic_auth').map(({ name, value }) => [name, { tier: value.tier }]),
    ),
    ...section(
      'client_certificates',
      of('client_certificates').map(({ name, value }) => [name, lowerCertificates(value)]),
    ),
  };
}

function section<Kind extends AuthMethod['kind'], Value>(
  kind: Kind,
  entries: readonly (readonly [string, Value])[],
): { readonly [Name in Kind]?: Named<Value> } {
  return entries.length === 0 ? {} : ({ [kind]: byName(entries) } as { readonly [Name in Kind]?: Named<Value> });
}

function byName<Value>(entries: readonly (readonly [string, Value])[]): Named<Value> {
  return Object.fromEntries([...entries].sort(([a], [b]) => compareText(a, b)));
}

function lowerPolicy(plan: LuaPlan): PolicyData {
  return {
    all: plan.all,
    methods: plan.methods.map((method) => ({ kind: method.kind, name: method.name, clients: clientsOf(method) })),
    realm: plan.basic?.realm ?? null,
    challenge: challengeOf(plan),
    counts:
      plan.counts === null
        ? null
        : { claims: plan.counts.map((claim) => ({ name: claim, variable: claimVariable(claim) })) },
  };
}

/** What a 401 says about how to come back (RFC 9110, 11.6.1); keys in headers of their own have no scheme of theirs. */
function challengeOf(plan: LuaPlan): string {
  const takesOther = plan.methods.some((method) => method.kind !== 'basic_auth');
  const challenges = [
    ...(takesOther ? ['Bearer realm="openclaw"'] : []),
    ...(plan.basic === null ? [] : [`Basic realm="${plan.basic.realm}", charset="UTF-8"`]),
  ];
  return challenges.join(', ');
}

function lowerSources(sources: readonly KeySource[]): readonly SourceData[] {
  return sources.map((source) =>
    source.kind === 'header' ? { kind: 'header', variable: headerVariable(source.name) } : { ...source },
  );
}

function lowerKeyMap(map: KeyMap): KeyMapData {
  const files = [...(map.clients.length > 0 ? [keyFile(map.name)] : []), ...(map.file === null ? [] : [map.file])];
  return {
    sources: lowerSources(map.sources),
    files: files.map((path) => ({ path, label: path })),
  };
}

function lowerClaims(
  { claims, name, sameClientsAs }: TokenIssuer | Introspection,
  { gateway }: LowerContext,
): ClaimsData {
  const counted = claimsOf(gateway.rateZones);
  return {
    clients: sameClientsAs ?? name,
    client: claims.client,
    tier: claims.tier,
    counted: counted.length === 0 ? null : [...counted],
    required: claims.require.map(({ name, values }) => ({ name, values: values.length === 0 ? null : [...values] })),
  };
}

function lowerIssuer(issuer: TokenIssuer, context: LowerContext): TokenIssuerData {
  return {
    sources: lowerSources(issuer.sources),
    keys: lowerTokenKeys(issuer.keys, context),
    algorithms: Object.fromEntries(issuer.algorithms.map((algorithm) => [algorithm, true] as const)),
    issuer: issuer.issuer,
    audience: issuer.audience.length === 0 ? null : [...issuer.audience],
    leeway: seconds(issuer.leeway),
    require_expiry: issuer.requireExpiry,
    claims: lowerClaims(issuer, context),
  };
}

function lowerTokenKeys(keys: TokenKeys, context: LowerContext): TokenKeysData {
  switch (keys.kind) {
    case 'url':
      return {
        url: lowerUrl(keys.url),
        max_age: seconds(keys.maxAge),
        floor: seconds(keys.minRefresh),
        timeout: keys.timeout,
      };
    case 'file':
      return { file: keys.path };
    case 'public_key':
      return { pem: keys.pem };
    case 'secret':
      return { secret: lowerReference(keys.from, context) };
  }
}

function lowerIntrospection(introspection: Introspection, context: LowerContext): IntrospectionData {
  return {
    sources: lowerSources(introspection.sources),
    url: lowerUrl(introspection.url),
    client_id: introspection.clientId,
    client_secret: lowerReference(introspection.clientSecret, context),
    authentication: introspection.authentication,
    cache: seconds(introspection.cache),
    timeout: introspection.timeout,
    audience: introspection.audience.length === 0 ? null : [...introspection.audience],
    claims: lowerClaims(introspection, context),
  };
}

function lowerUrl(url: EndpointUrl): UrlData {
  return { ...url };
}

/** Lua counts times in whole seconds. */
function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}

function lowerCertificates(certificates: ClientCertificates): CertificatesData {
  if (certificates.clients.length === 0) return {};
  return {
    clients: Object.fromEntries(
      certificates.clients.map((client) => [client.subject, { id: client.id, ...lowerRights(client) }]),
    ),
  };
}

function lowerRights(rights: Rights): RightsData {
  const list = (values: readonly string[]): readonly string[] | null => (values.length === 0 ? null : [...values]);
  return {
    tier: rights.tier,
    routes: list(rights.routes),
    upstreams: list(rights.upstreams),
    models: list(rights.models),
    addresses: list(rights.addresses),
    not_before: rights.notBefore,
    not_after: rights.notAfter,
  };
}
