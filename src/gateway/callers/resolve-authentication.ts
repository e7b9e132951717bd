import { compareText } from '../../compare-text.ts';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { KeySource } from '../../language/common/access-scalars.ts';
import type { Spec } from '../../language/spec.ts';
import type {
  BasicAuth,
  CertificateClient,
  Claims,
  ClientCertificates,
  ClientKey,
  Introspection,
  KeyClient,
  KeyMap,
  Rights,
  TokenIssuer,
  TokenKeys,
  Vault,
} from '../common/authentication.ts';
import type { AddressContext } from '../server/addresses.ts';
import { resolveAddresses } from '../server/addresses.ts';

type Section<Key extends keyof Spec> = NonNullable<Spec[Key]> extends Record<string, infer Item> ? Item : never;
type KeyClientSection = NonNullable<Section<'key_maps'>['clients']>[number];
type CertificateClientSection = NonNullable<Section<'client_certificates'>['clients']>[number];

/** Where the SDKs of OpenAI, Anthropic and Azure put keys. */
const usualSources: readonly KeySource[] = [
  { kind: 'bearer' },
  { kind: 'header', name: 'x-api-key' },
  { kind: 'header', name: 'api-key' },
];
const bearer: readonly KeySource[] = [{ kind: 'bearer' }];

export interface Authentication {
  readonly keyMaps: readonly KeyMap[];
  readonly tokenIssuers: readonly TokenIssuer[];
  readonly introspection: readonly Introspection[];
  readonly basicAuth: readonly BasicAuth[];
  readonly clientCertificates: readonly ClientCertificates[];
}

/** Fills the sections that say who callers are. Each list is sorted by name. */
export function resolveAuthentication(spec: Spec, context: AddressContext): Authentication {
  return {
    keyMaps: mapSection(spec.key_maps, (section, name) => resolveKeyMap(section, name, context)),
    tokenIssuers: mapSection(spec.jwt, resolveTokenIssuer),
    introspection: mapSection(spec.introspection, resolveIntrospection),
    basicAuth: mapSection(spec.basic_auth, resolveBasicAuth),
    clientCertificates: mapSection(spec.client_certificates, (section, name) =>
      resolveClientCertificates(section, name, context),
    ),
  };
}

function mapSection<Item, Value>(
  section: Readonly<Record<string, Item>> | undefined,
  resolve: (item: Item, name: string) => Value,
): readonly Value[] {
  return Object.entries(section ?? {})
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, item]) => resolve(item, name));
}

function resolveKeyMap(section: Section<'key_maps'>, name: string, context: AddressContext): KeyMap {
  const at = ['key_maps', name];
  return {
    name,
    at,
    sameClientsAs: section.same_clients_as ?? null,
    sources: uniqueSources(section.from ?? usualSources),
    clients: (section.clients ?? []).map((client, index) =>
      resolveKeyClient(client, [...at, 'clients', index], context),
    ),
    file: section.file ?? null,
  };
}

function uniqueSources(sources: readonly KeySource[]): readonly KeySource[] {
  const identity = (source: KeySource): string =>
    // Names of headers are the same in any case, those of arguments are not.
    JSON.stringify(source.kind === 'header' ? { ...source, name: source.name.toLowerCase() } : source);
  const seen = sources.map(identity);
  return sources.filter((source, index) => seen.indexOf(identity(source)) === index);
}

function resolveKeyClient(client: KeyClientSection, at: Path, context: AddressContext): KeyClient {
  const keys = client.key.map(
    (key): ClientKey => ({ hash: key.hash, notBefore: key.not_before ?? null, notAfter: key.not_after ?? null }),
  );
  return { id: client.id, at, keys, ...resolveRights(client, at, context) };
}

function resolveRights(
  section: KeyClientSection | CertificateClientSection,
  at: Path,
  context: AddressContext,
): Rights {
  return {
    tier: section.tier ?? null,
    routes: sorted(section.routes),
    upstreams: sorted(section.upstreams),
    models: sorted(section.models),
    addresses: resolveAddresses(section.addresses, [...at, 'addresses'], context),
    notBefore: section.not_before ?? null,
    notAfter: section.not_after ?? null,
  };
}

function sorted(values: readonly string[] | undefined): readonly string[] {
  return [...new Set(values ?? [])].sort(compareText);
}

function resolveBasicAuth(section: Section<'basic_auth'>, name: string): BasicAuth {
  return {
    name,
    at: ['basic_auth', name],
    sameClientsAs: section.same_clients_as ?? null,
    realm: section.realm ?? name,
    file: section.file ?? null,
    users: Object.entries(section.users ?? {})
      .sort(([a], [b]) => compareText(a, b))
      .map(([user, hash]) => ({ name: user, hash })),
    tier: section.tier ?? null,
  };
}

function resolveClaims(section: Section<'jwt'> | Section<'introspection'>): Claims {
  return {
    client: section.client ?? 'sub',
    tier: section.tier ?? null,
    require: Object.entries(section.require ?? {})
      .sort(([a], [b]) => compareText(a, b))
      .map(([name, values]) => ({ name, values: values === true ? [] : sorted(values) })),
  };
}

function resolveTokenIssuer(section: Section<'jwt'>, name: string): TokenIssuer {
  const keys = resolveTokenKeys(section.keys);
  return {
    name,
    at: ['jwt', name],
    sameClientsAs: section.same_clients_as ?? null,
    sources: uniqueSources(section.from ?? bearer),
    keys,
    algorithms:
      section.algorithms === undefined
        ? keys.kind === 'secret'
          ? ['HS256']
          : ['ES256', 'RS256']
        : [...new Set(section.algorithms)].sort(compareText),
    issuer: section.issuer ?? null,
    audience: sorted(section.audience),
    leeway: section.leeway ?? 30_000,
    requireExpiry: section.require_expiry ?? true,
    claims: resolveClaims(section),
  };
}

function resolveTokenKeys(keys: Section<'jwt'>['keys']): TokenKeys {
  if ('file' in keys) return { kind: 'file', path: keys.file };
  if ('public_key' in keys) return { kind: 'public_key', pem: keys.public_key };
  if ('secret' in keys) return { kind: 'secret', from: keys.secret };
  return {
    kind: 'url',
    url: keys.url,
    maxAge: keys.max_age ?? 3_600_000,
    minRefresh: keys.min_refresh ?? 30_000,
    timeout: keys.timeout ?? 5000,
  };
}

function resolveIntrospection(section: Section<'introspection'>, name: string): Introspection {
  return {
    name,
    at: ['introspection', name],
    sameClientsAs: section.same_clients_as ?? null,
    sources: uniqueSources(section.from ?? bearer),
    url: section.url,
    clientId: section.client_id,
    clientSecret: section.client_secret,
    authentication: section.authentication ?? 'basic',
    cache: section.cache ?? 60_000,
    timeout: section.timeout ?? 5000,
    audience: sorted(section.audience),
    claims: resolveClaims(section),
  };
}

function resolveClientCertificates(
  section: Section<'client_certificates'>,
  name: string,
  context: AddressContext,
): ClientCertificates {
  const at = ['client_certificates', name];
  return {
    name,
    at,
    sameClientsAs: section.same_clients_as ?? null,
    ca: section.ca,
    crl: section.crl ?? null,
    depth: section.depth ?? 2,
    clients: (section.clients ?? []).map((client, index): CertificateClient => {
      const place = [...at, 'clients', index];
      return { id: client.id, at: place, subject: client.subject, ...resolveRights(client, place, context) };
    }),
  };
}

export function resolveVault(section: Spec['vault']): Vault | null {
  if (section === undefined) return null;
  const { address, auth } = section;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    address: `${address.scheme}://${host}:${address.port}${address.path.replace(/\/+$/, '')}`,
    auth:
      'approle' in auth
        ? {
            kind: 'approle',
            roleIdFile: auth.approle.role_id_file,
            secretIdFile: auth.approle.secret_id_file,
          }
        : 'kubernetes' in auth
          ? { kind: 'kubernetes', role: auth.kubernetes.role }
          : { kind: 'token_file', path: auth.token_file },
    namespace: section.namespace ?? null,
    ca: section.ca ?? null,
    directory: (section.directory ?? '/run/openclaw/secrets').replace(/\/+$/, ''),
  };
}
