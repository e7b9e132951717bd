import { credentialReferencesOf } from '../../gateway/credentials/references.ts';
import type { CredentialReference } from '../../language/common/scalars.ts';
import { memoize } from '../common/memoize.ts';
import type { PublicModel, PublicUpstream } from '../common/public-model.ts';
import { showReference } from '../common/show-reference.ts';

/** A key and hosts that get it now, while others had it so far: it leaks to them. */
export interface LeakedKey {
  readonly from: CredentialReference;
  readonly hosts: readonly string[];
}

/** The first of these keys that an upstream sends to hosts that did not get it before, when others did. */
export function findLeakedKey(
  keys: readonly CredentialReference[],
  upstream: PublicUpstream,
  before: PublicModel,
): LeakedKey | undefined {
  for (const from of keys) {
    const known = hostsByKey(before).get(showReference(from));
    const hosts = [...new Set(upstream.servers.map(({ host }) => host))].filter((host) => known?.has(host) === false);
    if (hosts.length > 0) return { from, hosts };
  }
  return undefined;
}

const hostsByKey = memoize((model: PublicModel): ReadonlyMap<string, ReadonlySet<string>> => {
  const hosts = new Map<string, Set<string>>();
  for (const upstream of model.upstreams) {
    for (const reference of credentialReferencesOf(upstream)) {
      const key = showReference(reference);
      const known = hosts.get(key) ?? new Set();
      hosts.set(key, known);
      for (const { host } of upstream.servers) known.add(host);
    }
  }
  return hosts;
});
