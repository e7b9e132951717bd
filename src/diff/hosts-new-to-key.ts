import { showReference } from './effects-upstream-server.ts';
import type { PublicModel, PublicUpstream } from './public-model.ts';
import { newIn } from './verdicts.ts';

/** Hosts of an upstream that did not get its key before, when others did: a key of theirs leaks to them. */
export function hostsNewToKey({ credential, ...upstream }: PublicUpstream, before: PublicModel): readonly string[] {
  if (credential === null) return [];
  const holders = before.upstreams.filter(
    (other) => other.credential !== null && showReference(other.credential.from) === showReference(credential.from),
  );
  const known = holders.flatMap((holder) => holder.servers.map(({ host }) => host));
  return holders.length === 0 ? [] : newIn(known, [...new Set(upstream.servers.map(({ host }) => host))]);
}
