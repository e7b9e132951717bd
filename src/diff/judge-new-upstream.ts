import { showReference } from './effects-upstream-server.ts';
import { hostsNewToKey } from './hosts-new-to-key.ts';
import type { PublicModel, PublicUpstream } from './public-model.ts';
import type { Verdict } from './rule.ts';
import { protectionOf } from './upstream-protection.ts';
import { quote, quoteAll, verdict } from './verdicts.ts';

/** What a new upstream means: nothing before a route uses it, but it should be safe then. */
export function judgeNewUpstream(upstream: PublicUpstream, title: string, before: PublicModel): Verdict {
  const key = upstream.credential === null ? '' : `, with the key in ${quote(showReference(upstream.credential.from))}`;
  const protection = protectionOf(upstream);
  if (protection === 'unverified') return verdict('loosens', `${title} is not verified${key}`);
  if (protection === 'clear' && key !== '') return verdict('loosens', `requests to ${title} are not encrypted${key}`);
  const strangers = hostsNewToKey(upstream, before);
  if (strangers.length > 0)
    return verdict(
      'loosens',
      `${quoteAll(strangers)} ${strangers.length === 1 ? 'gets' : 'get'} a key that only others had${key.replace(', with', ':')}`,
    );
  return verdict('capacity', `routes can send requests to ${title}${key}`);
}
