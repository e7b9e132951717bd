import type { ProviderPreset } from '../../language/upstreams/provider-presets.ts';
import { providerPresets } from '../../language/upstreams/provider-presets.ts';
import { credentialArguments } from './credential-arguments.ts';
import type { Credential, UpstreamServer } from './gateway.ts';

const presets: readonly ProviderPreset[] = Object.values(providerPresets);

/**
 * Query arguments that clients cannot send to an upstream: those in which its provider takes keys, and, where a key of
 * ours is sent, those in which any server does. Whose servers they are is told by the preset, a domain or the key's header.
 */
export function guardedArguments(options: {
  readonly preset: ProviderPreset;
  readonly servers: readonly Pick<UpstreamServer, 'host'>[];
  readonly credential: Credential | null;
}): readonly string[] {
  const { preset, servers, credential } = options;
  if (credential === null) return preset.credentialArguments;
  const { placement } = credential;
  const header = placement.kind === 'header' ? placement.name.toLowerCase() : null;
  const related = presets.filter(
    ({ credentialArguments: own, domains, header: usual }) =>
      own.length > 0 &&
      (usual.toLowerCase() === header ||
        servers.some(({ host }) => domains.some((domain) => host === domain || host.endsWith(`.${domain}`)))),
  );
  const all = [preset, ...related].flatMap((known) => known.credentialArguments);
  return [...new Set([...all, ...credentialArguments])];
}
