import type { Path } from '../../diagnostics/diagnostic.ts';
import type { DiagnosticSink } from '../../gateway/common/context.ts';
import { coversHost } from '../../gateway/common/coverage.ts';
import type { Credential, Upstream, UpstreamServer } from '../../gateway/common/gateway.ts';
import { isPrivate } from '../../gateway/common/is-private.ts';
import type { ProviderName, ProviderPreset } from '../../language/upstreams/provider-presets.ts';
import { providerPresets } from '../../language/upstreams/provider-presets.ts';
import type { Check } from '../common/rule.ts';
import { keyOwner } from './key-owner.ts';
import type { PlacedReference } from './places.ts';
import { credentialReferences } from './places.ts';

const presets: Readonly<Record<ProviderName, ProviderPreset>> = providerPresets;

/** OC3005: a provider's key on its way to somebody else, or to anybody in clear text. */
export const checkCredentialHosts: Check = (gateway, sink) => {
  for (const upstream of gateway.upstreams) {
    const { credential } = upstream;
    if (credential === null) continue;
    for (const reference of credentialReferences(upstream, sink)) checkOwner({ upstream, credential, reference }, sink);
    checkServers(upstream, credential, sink);
    checkClearText(upstream, sink);
  }
  checkSharing(gateway.upstreams, sink);
};

/** The well-known name of one provider's key in another provider's upstream. */
function checkOwner(
  given: { upstream: Upstream; credential: Credential; reference: PlacedReference },
  sink: DiagnosticSink,
): void {
  const { upstream, credential, reference } = given;
  const owner = keyOwner(reference.from);
  if (owner === undefined || owner === upstream.provider) return;
  const domains = presets[owner].domains;
  if (upstream.servers.every((server) => belongsTo(server, domains) || isAllowed(server, credential))) return;
  const { name } = reference.from;
  sink.error('OC3005', reference.at, {
    message: `\`env:${name}\` is the key of \`${owner}\`, but \`${upstream.name}\` is ${upstream.provider === 'custom' ? 'somebody else' : `\`${upstream.provider}\``}`,
    help: `name the right key, or allow it: \`credential: { from: env:${name}, hosts: [${upstream.servers[0]?.host ?? ''}] }\``,
  });
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
      related: [{ message: 'the credential', path: [...upstream.at, 'credential'] }],
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
  const first = new Map<string, { readonly provider: ProviderName; readonly at: Path }>();
  for (const upstream of upstreams) {
    const { provider } = upstream;
    if (presets[provider].domains.length === 0) continue;
    for (const { from, at } of credentialReferences(upstream, sink)) {
      const reference = `${from.source}:${from.name}`;
      const other = first.get(reference);
      if (other === undefined) first.set(reference, { provider, at });
      else if (other.provider !== provider && keyOwner(from) === undefined) {
        sink.error('OC3005', at, {
          message: `\`${reference}\` would be sent to both \`${other.provider}\` and \`${provider}\``,
          help: 'every provider has a key of its own',
          related: [{ message: `used for \`${other.provider}\` here`, path: other.at }],
        });
      }
    }
  }
}

function belongsTo(server: UpstreamServer, domains: readonly string[]): boolean {
  return domains.some((domain) => server.host === domain || server.host.endsWith(`.${domain}`));
}

function isAllowed(server: UpstreamServer, credential: Credential): boolean {
  return credential.hosts.some((pattern) => coversHost(pattern, server.host));
}
