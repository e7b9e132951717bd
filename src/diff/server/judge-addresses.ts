import type { AddressRules } from '../../gateway/common/authentication.ts';
import type { Verdict } from '../common/rule.ts';
import { quoteAll, verdict } from '../common/verdicts.ts';
import { type AddressSet, addressesIn, admittedBy, rangesOf, touching, without } from './address-set.ts';

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
  if (gained.length > 0) {
    const refused = lost.length === 0 ? '' : `, no longer ${describeSet(lost, [...after.deny, ...before.allow])}`;
    return verdict('loosens', `${letsIn} ${describeGain(gained, before, after)}${refused}`);
  }
  if (lost.length === 0) return verdict('cosmetic', `${letsIn} the same addresses as before`);
  if (now.length === 0) return verdict('narrows', `${letsIn} no address any more`);
  return without(lost, addressesIn(after.deny)).length > 0
    ? verdict('narrows', `${letsIn} only ${quoteAll(touching(after.allow, now))}`)
    : verdict('narrows', `${noLonger} ${describeSet(lost, after.deny)}`);
}

function describeGain(gained: AddressSet, before: AddressRules, after: AddressRules): string {
  if (after.allow.length > 0) return `${describeSet(gained, after.allow)} too`;
  if (before.allow.length === 0) return `${describeSet(gained, before.deny)} too`;
  return `every address${after.deny.length === 0 ? '' : ` but ${quoteAll(after.deny)}`}`;
}

/** Named like the ranges that they come from when they are all of their addresses. */
function describeSet(set: AddressSet, sources: readonly string[]): string {
  const from = touching(sources, set);
  if (without(addressesIn(from), set).length === 0) return quoteAll(from);
  const exact = rangesOf(set);
  return exact.length <= 3 ? quoteAll(exact) : `addresses of ${quoteAll(from)}`;
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
