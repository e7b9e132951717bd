import type { Path } from '../../diagnostics/diagnostic.ts';
import type { CredentialReference } from '../../language/common/scalars.ts';
import type { Gateway, Upstream } from '../common/gateway.ts';
import { usedUpstreams } from '../common/targets.ts';
import { usedAuthMethods } from '../common/used-auth-methods.ts';

/** A secret that the gateway finds when it runs, and where the spec first names it. */
export interface PlacedReference extends CredentialReference {
  readonly at: Path;
}

/** Where an upstream's keys are, those for some clients included: each once, in the order of the spec. */
export function credentialReferencesOf(upstream: Pick<Upstream, 'credential'>): readonly CredentialReference[] {
  const { credential } = upstream;
  if (credential === null) return [];
  const keys = [...credential.keys, ...credential.rules.flatMap((rule) => rule.keys)];
  return unique(keys.map((key) => key.from));
}

/** Every secret that a running gateway needs: keys of upstreams that a route leads to, and those of issuers. */
export function referencesOf(gateway: Gateway): readonly PlacedReference[] {
  const used = usedUpstreams(gateway);
  const upstreams = gateway.upstreams.filter((upstream) => used.has(upstream.name));
  return unique([
    ...upstreams.flatMap((upstream) =>
      credentialReferencesOf(upstream).map((reference) => ({ ...reference, at: [...upstream.at, 'credential'] })),
    ),
    ...usedAuthMethods(gateway).flatMap((method): readonly PlacedReference[] => {
      const { kind, value } = method;
      if (kind === 'introspection') return [{ ...value.clientSecret, at: [...value.at, 'client_secret'] }];
      if (kind === 'jwt' && value.keys.kind === 'secret') return [{ ...value.keys.from, at: [...value.at, 'keys'] }];
      return [];
    }),
  ]);
}

function unique<Reference extends CredentialReference>(references: readonly Reference[]): readonly Reference[] {
  const first = new Map<string, Reference>();
  for (const reference of references) {
    const key = `${reference.source}:${reference.name}`;
    if (!first.has(key)) first.set(key, reference);
  }
  return [...first.values()];
}
