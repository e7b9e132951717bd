import type { Path } from '../../diagnostics/diagnostic.ts';
import type { DiagnosticSink } from '../../gateway/common/context.ts';
import type { CredentialKey, Gateway, Upstream } from '../../gateway/common/gateway.ts';
import { placeOfItem } from '../../gateway/common/place-of-item.ts';
import type { CredentialReference } from '../../language/common/scalars.ts';

export interface PlacedReference {
  readonly from: CredentialReference;
  readonly at: Path;
}

/** Every key of an upstream: those for everyone, then those of its rules. */
export function credentialReferences(upstream: Upstream, sink: DiagnosticSink): readonly PlacedReference[] {
  const { at, credential } = upstream;
  if (credential === null) return [];
  const whole = [...at, 'credential'];
  const from = [...whole, 'from'];
  const place = (keys: readonly CredentialKey[], list: Path): readonly PlacedReference[] =>
    keys.map((key, index) => ({ from: key.from, at: placeOfItem(sink, { list, index, field: 'from' }) }));
  return [
    ...place(credential.keys, sink.has(from) ? from : whole),
    ...credential.rules.flatMap(({ keys }, index) => place(keys, [...placeOfRule(upstream, index, sink), 'from'])),
  ];
}

/** Rules that name nobody are no part of the model, and then nobody knows which is which. */
export function placeOfRule({ at, credential }: Upstream, index: number, sink: DiagnosticSink): Path {
  const rules = [...at, 'credential', 'for'];
  return sink.has([...rules, credential?.rules.length ?? 0]) ? rules : [...rules, index];
}

/** Everything that is given by reference: keys of providers, and what the gateway shows to issuers. */
export function secretReferences(gateway: Gateway, sink: DiagnosticSink): readonly PlacedReference[] {
  return [
    ...gateway.upstreams.flatMap((upstream) => credentialReferences(upstream, sink)),
    ...gateway.tokenIssuers.flatMap(({ keys, at }) =>
      keys.kind === 'secret' ? [{ from: keys.from, at: [...at, 'keys', 'secret'] }] : [],
    ),
    ...gateway.introspection.map(({ clientSecret, at }) => ({ from: clientSecret, at: [...at, 'client_secret'] })),
  ];
}
