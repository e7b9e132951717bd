import type { AddressRules } from '../../gateway/common/authentication.ts';
import type { Rule } from '../common/rule.ts';
import { judgeAddresses, showAddressRules } from './judge-addresses.ts';

/** Who may call the whole gateway or one route, by address. */
export function addressRulesRule<Subject>(): Rule<AddressRules, Subject> {
  return {
    label: 'allow, deny',
    about: 'Addresses that may call. One more that gets past both lists loosens; without lists all may.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    show: showAddressRules,
    judge: (before, after, { title }) =>
      judgeAddresses(before, after, { letsIn: `${title} lets in`, noLonger: `${title} no longer lets in` }),
  };
}
