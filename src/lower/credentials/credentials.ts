import { meantClients } from '../../gateway/common/client-ids.ts';
import type { CredentialKey, CredentialRule, Upstream } from '../../gateway/common/gateway.ts';
import type { CredentialReference } from '../../language/common/scalars.ts';
import type { LowerContext } from '../common/context.ts';
import type { CredentialData, KeyData, Named, ReferenceData } from '../common/gateway-data.ts';
import { sentWith } from '../common/headers-with-keys.ts';
import { vaultFile } from './vault.ts';

/** The keys of each upstream for `openclaw.credentials.credential`: named, never written. */
export function lowerCredentials(upstreams: readonly Upstream[], context: LowerContext): Named<CredentialData> {
  return Object.fromEntries(
    upstreams.flatMap((upstream) =>
      upstream.credential === null
        ? []
        : [
            [
              upstream.name,
              {
                keys: lowerKeys(upstream.credential.keys, context),
                rules: upstream.credential.rules.map((rule) => lowerRule(rule, upstream, context)),
              },
            ],
          ],
    ),
  );
}

/** Clients by whose they are, as `openclaw.callers.auth` tells them apart. */
function lowerRule(
  { who, keys }: CredentialRule,
  upstream: Upstream,
  context: LowerContext,
): CredentialData['rules'][number] {
  const { gateway } = context;
  const [client = who.name] = who.kind === 'client' ? meantClients(who.name, { upstream: upstream.name, gateway }) : [];
  return { [who.kind]: who.kind === 'client' ? client : who.name, keys: lowerKeys(keys, context) };
}

function lowerKeys(keys: readonly CredentialKey[], context: LowerContext): readonly KeyData[] {
  return keys.map((key) => ({
    ...lowerReference(key.from, context),
    weight: key.weight,
    sent: key.headers.length === 0 ? null : sentWith(key),
  }));
}

/** A variable or a file; what is in Vault is a file that its agent renders. */
export function lowerReference({ source, name }: CredentialReference, context: LowerContext): ReferenceData {
  if (source !== 'vault') return { source, name };
  const { vault } = context.gateway;
  return { source: 'file', name: vault === null ? name : vaultFile(vault, name) };
}
