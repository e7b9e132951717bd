import { isIP } from 'node:net';
import { coversHost } from '../model/coverage.ts';
import type { Credential, Upstream, UpstreamServer } from '../model/gateway.ts';
import type { DiagnosticSink } from '../model/model-context.ts';
import type { ProviderName, ProviderPreset } from '../spec/provider-presets.ts';
import { providerPresets } from '../spec/provider-presets.ts';
import type { Check } from './check.ts';

const presets: Readonly<Record<ProviderName, ProviderPreset>> = providerPresets;

/** OC3005: a provider's key on its way to somebody else, or to anybody in clear text. */
export const checkCredentialHosts: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    if (upstream.credential === null) continue;
    checkOwner(upstream, upstream.credential, sink);
    checkServers(upstream, upstream.credential, sink);
    checkClearText(upstream, sink);
  }
  checkSharing(gateway.upstreams, sink);
};

/** The well-known name of one provider's key in another provider's upstream. */
function checkOwner(upstream: Upstream, credential: Credential, sink: DiagnosticSink): void {
  const owner = credential.from.source === 'env' ? ownerOf(credential.from.name) : undefined;
  if (owner === undefined || owner === upstream.provider) return;
  const domains = presets[owner].domains;
  if (upstream.servers.every((server) => belongsTo(server, domains) || isAllowed(server, credential))) return;
  sink.error('OC3005', credentialPath(upstream), {
    message: `\`env:${credential.from.name}\` is the key of \`${owner}\`, but \`${upstream.name}\` is ${upstream.provider === 'custom' ? 'somebody else' : `\`${upstream.provider}\``}`,
    help: `name the right key, or allow it: \`credential: { from: env:${credential.from.name}, hosts: [${upstream.servers[0]?.host ?? ''}] }\``,
  });
}

function ownerOf(environmentName: string): ProviderName | undefined {
  return (Object.keys(presets) as ProviderName[]).find((name) =>
    presets[name].environmentNames.includes(environmentName),
  );
}

/** Servers of a hosted provider's upstream that are not the provider's. */
function checkServers(upstream: Upstream, credential: Credential, sink: DiagnosticSink): void {
  const { domains } = presets[upstream.provider];
  if (domains.length === 0) return;
  for (const server of upstream.servers) {
    if (belongsTo(server, domains) || isAllowed(server, credential)) continue;
    sink.error('OC3005', server.at, {
      message: `the \`${upstream.provider}\` credential would be sent to \`${server.host}\``,
      help: `hosts of this provider: ${domains.map((domain) => `*.${domain}`).join(', ')}; to allow this one: \`credential: { from: …, hosts: [${server.host}] }\``,
      related: [{ message: 'the credential', path: credentialPath(upstream) }],
    });
  }
}

/** A key that leaves the machine or the private network unencrypted. */
function checkClearText(upstream: Upstream, sink: DiagnosticSink): void {
  if (upstream.tls !== null) return;
  for (const server of upstream.servers) {
    if (server.kind === 'unix' || isPrivate(server.host)) continue;
    sink.error('OC3005', server.at, {
      message: `the credential of \`${upstream.name}\` would cross the network unencrypted to \`${server.host}\``,
      help: `use \`https://${server.host}\`, or \`tls: true\` on the upstream`,
    });
  }
}

/** One reference in the upstreams of two providers: one of them would learn the other's key. */
function checkSharing(upstreams: readonly Upstream[], sink: DiagnosticSink): void {
  const first = new Map<string, Upstream>();
  for (const upstream of upstreams) {
    if (upstream.credential === null || presets[upstream.provider].domains.length === 0) continue;
    const { from } = upstream.credential;
    const reference = `${from.source}:${from.name}`;
    const other = first.get(reference);
    if (other === undefined) first.set(reference, upstream);
    else if (other.provider !== upstream.provider && (from.source !== 'env' || ownerOf(from.name) === undefined)) {
      sink.error('OC3005', credentialPath(upstream), {
        message: `\`${reference}\` would be sent to both \`${other.provider}\` and \`${upstream.provider}\``,
        help: 'every provider has a key of its own',
        related: [{ message: `used for \`${other.provider}\` here`, path: credentialPath(other) }],
      });
    }
  }
}

function credentialPath(upstream: Upstream): readonly (string | number)[] {
  return [...upstream.at, 'credential'];
}

function belongsTo(server: UpstreamServer, domains: readonly string[]): boolean {
  return domains.some((domain) => server.host === domain || server.host.endsWith(`.${domain}`));
}

function isAllowed(server: UpstreamServer, credential: Credential): boolean {
  return credential.hosts.some((pattern) => coversHost(pattern, server.host));
}

/** Loopback, private and link-local addresses, and names without a public domain, as in compose projects. */
export function isPrivate(host: string): boolean {
  const family = isIP(host);
  if (family === 4) return /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/.test(host);
  if (family === 6) return host === '::1' || /^f[cd]|^fe[89ab]/.test(host);
  return !host.includes('.') || /\.(?:local|internal|lan|home\.arpa|svc|cluster\.local|test|localhost)$/.test(host);
}
