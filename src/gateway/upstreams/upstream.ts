import { isIP } from 'node:net';
import { compareText } from '../../compare-text.ts';
import type { Path } from '../../diagnostics/diagnostic.ts';
import { serverAddress } from '../../language/common/addresses.ts';
import type { Spec } from '../../language/spec.ts';
import type { ProviderPreset } from '../../language/upstreams/provider-presets.ts';
import { providerPresets } from '../../language/upstreams/provider-presets.ts';
import type { DiagnosticSink } from '../common/context.ts';
import type {
  Balance,
  Credential,
  CredentialKey,
  CredentialRule,
  Upstream,
  UpstreamServer,
  UpstreamTls,
} from '../common/gateway.ts';
import { guardedArguments } from '../common/guarded-arguments.ts';
import { sortedHeaders } from '../server/server.ts';
import { resolveHealthCheck } from './health-check.ts';

type UpstreamSection = Spec['upstreams'][string];
type ServerSection = NonNullable<UpstreamSection['servers']>[number];

export interface UpstreamContext {
  readonly name: string;
  readonly at: Path;
  readonly hasResolver: boolean;
  readonly sink: DiagnosticSink;
}

/** Fills an upstream from its provider and its own settings; undefined when there is nothing to send requests to. */
export function resolveUpstream(section: UpstreamSection, context: UpstreamContext): Upstream | undefined {
  const provider = section.provider ?? 'custom';
  const preset: ProviderPreset = providerPresets[provider];
  const given = section.servers ?? (preset.address === null ? [] : [{ address: serverAddress.parse(preset.address) }]);
  if (given.length === 0) {
    const message =
      provider === 'custom'
        ? `upstream \`${context.name}\` has no servers`
        : `provider \`${provider}\` needs \`servers\``;
    context.sink.error('OC3015', context.at, {
      part: 'key',
      message,
      help: `add \`servers: [${exampleAddress(provider)}]\``,
    });
    return undefined;
  }
  const secure = isSecure(section, preset, given);
  const servers = given.map((server, index) => resolveUpstreamServer({ server, index, preset, secure, context }));
  const tls = secure ? resolveTls(section, servers, context) : null;
  const basePath = (section.base_path ?? preset.basePath).replace(/\/+$/, '');
  const credential = resolveCredential(section.credential, { preset, context });
  const hosted = preset.domains.length > 0 || (tls !== null && provider === 'custom');
  return {
    name: context.name,
    at: context.at,
    provider,
    servers,
    balance: resolveBalance(section.balance),
    keepalive: resolveKeepalive(section.keepalive),
    tls,
    credential,
    host: resolveHost({ section, preset, tls, servers }),
    basePath,
    resolve:
      section.resolve === true
        ? 'required'
        : section.resolve === false
          ? 'never'
          : context.hasResolver
            ? 'preferred'
            : 'never',
    requestHeaders: sortedHeaders(section.request_headers),
    credentialArguments: guardedArguments({ preset, servers, credential }),
    hosted,
    healthCheck: resolveHealthCheck(section.health_check, basePath),
    // The routes have a say in it: `resolveBreakers`.
    breaker: null,
    longestAnswer: section.longest_answer ?? null,
  };
}

function exampleAddress(provider: string): string {
  return provider === 'azure_openai' ? 'your-resource.openai.azure.com' : '127.0.0.1:8000';
}

function isSecure(section: UpstreamSection, preset: ProviderPreset, servers: readonly ServerSection[]): boolean {
  if (section.tls !== undefined) return section.tls !== false;
  const schemes = servers.map((server) => server.address.scheme);
  return preset.tls ? !schemes.includes('http') : schemes.includes('https');
}

function resolveUpstreamServer(options: {
  server: ServerSection;
  index: number;
  preset: ProviderPreset;
  secure: boolean;
  context: UpstreamContext;
}): UpstreamServer {
  const { server, index, preset, secure, context } = options;
  const at = placeOfServer(context, index);
  const { scheme, kind, host } = server.address;
  if (scheme !== null && (scheme === 'https') !== secure) {
    context.sink.error('OC3008', at, {
      message: `\`${scheme}://${host}\` in an upstream that ${secure ? 'is encrypted' : 'is not encrypted'}`,
      help: 'all servers of an upstream are reached in the same way; make two upstreams, or leave the scheme out and set `tls`',
    });
  }
  const service = server.service ?? null;
  if (service !== null) rejectServicePlace(server.address, at, context);
  const usual = service === null ? (preset.defaultPort ?? (secure ? 443 : scheme === 'http' ? 80 : null)) : null;
  const port = server.address.port ?? usual;
  if (port === null && kind === 'network' && service === null) {
    context.sink.error('OC3015', at, {
      message: `server \`${host}\` has no port`,
      help: `write \`${host}:8000\`, or \`https://${host}\``,
    });
  }
  return {
    at,
    kind,
    host,
    port: port ?? 0,
    weight: server.weight ?? 1,
    backup: server.backup ?? false,
    down: (server.down ?? false) || server.weight === 0,
    maxConns: server.max_conns ?? 0,
    maxFails: server.max_fails ?? 1,
    failTimeout: server.fail_timeout ?? 10_000,
    slowStart: server.slow_start ?? 0,
    service,
  };
}

/** The record of a service says which ports its hosts listen on, and only names have records (OC3008). */
function rejectServicePlace(address: ServerSection['address'], at: Path, { sink }: UpstreamContext): void {
  const { kind, host, port } = address;
  const place = sink.has([...at, 'address']) ? [...at, 'address'] : at;
  if (kind === 'unix' || isIP(host) !== 0)
    sink.error('OC3008', place, {
      message: `\`${kind === 'unix' ? `unix:${host}` : host}\` has no DNS records to find a \`service\` in`,
      help: 'write a name such as `llm.internal`, or leave `service` out',
    });
  else if (port !== null)
    sink.error('OC3008', place, {
      message: `port ${port} beside \`service\``,
      help: `the DNS record tells the ports: write \`${host}\`, or leave \`service\` out`,
    });
}

/** A list is short for `{ servers: [...] }`, and then the servers stand in the upstream itself. */
function placeOfServer({ at, sink }: UpstreamContext, index: number): Path {
  return sink.has([...at, index]) ? [...at, index] : [...at, 'servers', index];
}

function resolveTls(
  section: UpstreamSection,
  servers: readonly UpstreamServer[],
  context: UpstreamContext,
): UpstreamTls {
  const given = typeof section.tls === 'object' ? section.tls : {};
  const hosts = [...new Set(servers.map((server) => server.host))].sort(compareText);
  const only = hosts.length === 1 ? hosts[0] : undefined;
  const verify = given.verify ?? true;
  if (given.name === undefined && (only === undefined || isIP(only) !== 0 || servers[0]?.kind === 'unix') && verify) {
    // One pool with several TLS names would send requests over a connection that another name opened.
    const found =
      only === undefined
        ? `servers have different names: ${hosts.join(', ')}`
        : `server \`${only}\` has no name to verify`;
    context.sink.error('OC3008', [...context.at, 'servers'], {
      message: found,
      help: 'set `tls: { name: … }` to the name in their certificate, or make an upstream for each',
    });
  }
  return { name: given.name ?? only ?? hosts[0] ?? '', verify, ca: given.ca ?? null };
}

/** Servers forget the beginnings of conversations within minutes when they are busy. */
const usualConversation = 600_000;

function resolveBalance(balance: UpstreamSection['balance']): Balance {
  if (balance === undefined) return { kind: 'round_robin' };
  if (balance === 'conversation') return { kind: balance, ttl: usualConversation };
  if (typeof balance === 'string') return { kind: balance };
  if ('conversation' in balance) return { kind: 'conversation', ttl: balance.conversation.ttl ?? usualConversation };
  const { hash, consistent } = balance;
  const key =
    typeof hash === 'string'
      ? { kind: hash }
      : 'header' in hash
        ? ({ kind: 'header', name: hash.header } as const)
        : ({ kind: 'query', name: hash.query } as const);
  return { kind: 'hash', key, consistent: consistent ?? true };
}

function resolveKeepalive(keepalive: UpstreamSection['keepalive']): Upstream['keepalive'] {
  if (keepalive === false) return null;
  return {
    connections: keepalive?.connections ?? 32,
    // Below the idle limits of providers and NAT gateways, because a POST on a stale connection fails.
    timeout: keepalive?.timeout ?? 30_000,
    requests: keepalive?.requests ?? 1000,
  };
}

function resolveCredential(
  given: UpstreamSection['credential'],
  { preset, context }: { readonly preset: ProviderPreset; readonly context: UpstreamContext },
): Credential | null {
  if (given === undefined) return null;
  const base = {
    keys: resolveKeys(given.from, given.headers),
    rules: (given.for ?? []).flatMap((rule, index): readonly CredentialRule[] => {
      const who = whoOf(rule, { at: [...context.at, 'credential', 'for', index], sink: context.sink });
      return who === null ? [] : [{ who, keys: resolveKeys(rule.from, rule.headers) }];
    }),
    hosts: given.hosts ?? [],
  };
  if (given.query !== undefined) return { ...base, placement: { kind: 'query', name: given.query } };
  const header = given.header ?? preset.header;
  const own =
    given.header === undefined ? preset.scheme : header.toLowerCase() === 'authorization' ? 'bearer' : 'plain';
  return { ...base, placement: { kind: 'header', name: header, scheme: given.scheme ?? own } };
}

type KeySection = NonNullable<NonNullable<UpstreamSection['credential']>['from']>;
type RuleSection = NonNullable<NonNullable<UpstreamSection['credential']>['for']>[number];

type HeaderSection = NonNullable<UpstreamSection['credential']>['headers'];

function resolveKeys(from: KeySection | undefined, shared: HeaderSection): readonly CredentialKey[] {
  return (from ?? []).map((key) => ({
    from: key.from,
    weight: key.weight ?? 1,
    headers: headersOfKey(key.headers ?? {}, shared ?? {}),
  }));
}

/** A key's own headers, and those of all keys beside it. */
function headersOfKey(own: NonNullable<HeaderSection>, shared: NonNullable<HeaderSection>): CredentialKey['headers'] {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const others = Object.entries(shared).filter(([name]) => !names.has(name.toLowerCase()));
  return sortedHeaders({ ...Object.fromEntries(others), ...own });
}

/** The one whom a rule is for; reports a rule for nobody, and one for several at once (OC3008). */
function whoOf(
  rule: RuleSection,
  { at, sink }: { readonly at: Path; readonly sink: DiagnosticSink },
): CredentialRule['who'] | null {
  const named = (['client', 'tier', 'route'] as const).flatMap((kind) => {
    const name = rule[kind];
    return name === undefined ? [] : [{ kind, name }];
  });
  const [first, second] = named;
  if (first === undefined) {
    sink.error('OC3008', at, {
      message: 'these keys are for nobody',
      help: 'add `client`, `tier` or `route`; keys for everyone else stand in `from` of the credential',
    });
    return null;
  }
  if (second !== undefined)
    sink.error('OC3008', [...at, second.kind], {
      part: 'key',
      message: `keys for both a \`${first.kind}\` and a \`${second.kind}\``,
      help: 'a rule is for one `client`, one `tier` or one `route`; make two rules',
    });
  return first;
}

function resolveHost(options: {
  section: UpstreamSection;
  preset: ProviderPreset;
  tls: UpstreamTls | null;
  servers: readonly UpstreamServer[];
}): string | null {
  const { section, preset, tls, servers } = options;
  if (section.host === 'client') return null;
  if (section.host !== undefined) return section.host;
  if (preset.host !== null) return preset.host;
  if (tls === null) return null;
  const port = servers[0]?.port ?? 443;
  return port === 443 || port === 0 ? tls.name : `${tls.name}:${port}`;
}
