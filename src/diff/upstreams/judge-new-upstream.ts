import { credentialReferencesOf } from '../../gateway/credentials/references.ts';
import type { PublicModel, PublicUpstream } from '../common/public-model.ts';
import type { Verdict } from '../common/rule.ts';
import { quoteAll, verdict } from '../common/verdicts.ts';
import { describeKeys } from '../credentials/describe-keys.ts';
import { findLeakedKey } from '../credentials/find-leaked-key.ts';
import { protectionOf } from './protection.ts';

/** What a new upstream means: nothing before a route uses it, but it should be safe then. */
export function judgeNewUpstream(upstream: PublicUpstream, title: string, before: PublicModel): Verdict {
  const references = credentialReferencesOf(upstream);
  const key = references.length === 0 ? '' : `, with ${describeKeys(references)}`;
  const protection = protectionOf(upstream);
  if (protection === 'unverified') return verdict('loosens', `${title} is not verified${key}`);
  if (protection === 'clear' && key !== '') return verdict('loosens', `requests to ${title} are not encrypted${key}`);
  const leaked = findLeakedKey(references, upstream, before);
  if (leaked !== undefined) {
    const who = `${quoteAll(leaked.hosts)} ${leaked.hosts.length === 1 ? 'gets' : 'get'}`;
    return verdict('loosens', `${who} a key that only others had: ${describeKeys([leaked.from])}`);
  }
  return verdict('capacity', `routes can send requests to ${title}${key}`);
}
