import type { Rights } from '../../gateway/common/authentication.ts';
import { quote, quoteAll } from '../common/verdicts.ts';
import { showRanges } from '../server/judge-addresses.ts';
import { describeWindow } from './judge-moments.ts';

/** What a new caller may do, after `may call`. `routes` are those that ask for `proof`, the name of what it is known by. */
export function describeRights(
  rights: Rights,
  { routes, proof }: { readonly routes: readonly string[]; readonly proof: string },
): string {
  const named = rights.routes.length > 0 ? rights.routes : routes;
  const where =
    named.length === 0
      ? `nothing yet: no route asks for ${quote(proof)}`
      : named.length === 1
        ? `route ${quoteAll(named)}`
        : `routes ${quoteAll(named)}`;
  const limits = [
    ...(rights.upstreams.length === 0 ? [] : [`upstreams ${quoteAll(rights.upstreams)}`]),
    ...(rights.models.length === 0 ? [] : [`models ${quoteAll(rights.models)}`]),
    ...(rights.addresses.length === 0 ? [] : [`addresses ${showRanges(rights.addresses)}`]),
  ];
  return `${where}${limits.length === 0 ? '' : `, only ${limits.join(' and ')}`}${describeWindow(rights)}`;
}
