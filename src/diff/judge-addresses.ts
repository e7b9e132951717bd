import type { AddressRules } from '../model/authentication.ts';
import { addressesIn, admittedBy, touching, without } from './address-set.ts';
import type { Verdict } from './rule.ts';
import { quoteAll, verdict } from './verdicts.ts';

export interface AddressWords {
  /** Such as ``route `chat` lets in``, which addresses follow. */
  readonly letsIn: string;
  readonly noLonger: string;
}

/** What other lists mean for callers, by the addresses that come in or are refused now. */
export function judgeAddresses(before: AddressRules, after: AddressRules, words: AddressWords): Verdict {
  const [was, now] = [admittedBy(before), admittedBy(after)];
  const gained = without(now, was);
  const lost = without(was, now);
  const { letsIn, noLonger } = words;
  if (gained.length === 0 && lost.length === 0) return verdict('cosmetic', `${letsIn} the same addresses as before`);
  const refused = (): readonly string[] => {
    const denied = touching(after.deny, lost);
    const others = without(lost, addressesIn(after.deny));
    return [...denied, ...touching(before.allow, others).filter((range) => !denied.includes(range))];
  };
  if (gained.length === 0)
    return after.allow.length > 0 && before.allow.length === 0
      ? verdict('narrows', `${letsIn} only ${quoteAll(touching(after.allow, now))}`)
      : verdict('narrows', `${noLonger} ${quoteAll(refused())}`);
  const others = after.deny.length === 0 ? '' : ` but ${quoteAll(after.deny)}`;
  const letIn =
    after.allow.length === 0 && before.allow.length > 0
      ? `every address${others}`
      : `${quoteAll(touching(after.allow.length === 0 ? before.deny : after.allow, gained))} too`;
  return verdict('loosens', `${letsIn} ${letIn}${lost.length === 0 ? '' : `, no longer ${quoteAll(refused())}`}`);
}

export function showAddressRules({ allow, deny }: AddressRules): string {
  const lists = [...describeList('allow', allow), ...describeList('deny', deny)];
  return lists.length === 0 ? 'every address' : lists.join('; ');
}

function describeList(word: string, ranges: readonly string[]): readonly string[] {
  return ranges.length === 0 ? [] : [`${word} ${showRanges(ranges)}`];
}

/** The first few of a list that may be long. */
export function showRanges(ranges: readonly string[]): string {
  return ranges.length > 4 ? `${ranges.slice(0, 4).join(', ')} and ${ranges.length - 4} more` : ranges.join(', ');
}
