import type { Claims } from '../../gateway/common/authentication.ts';
import type { FieldRulesOf, Verdict } from '../common/rule.ts';
import { newIn, quote, quoteAll, verdict } from '../common/verdicts.ts';

type Requirement = Claims['require'][number];

/** What a change of what tokens say about their bearers means. Values are not named: they may come from outside. */
export const claimsRules: FieldRulesOf<{ readonly claims: Claims }, 'claims'> = {
  'claims.client': {
    label: 'client',
    about: 'The claim that says who calls. Another one loosens: its issuer may let callers choose it.',
    risks: ['loosens'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('loosens', `callers are who claim ${quote(after)} says they are`),
  },
  'claims.tier': {
    label: 'tier',
    about: 'The claim that names the tier, which provider keys and limits go by. Loosens when a limit has tiers.',
    risks: ['loosens', 'reroutes'],
    takesEffect: 'reload',
    judge: (_before, after, { gateways }) =>
      verdict(
        gateways.after.rateZones.some(({ tiers }) => tiers.length > 0) ? 'loosens' : 'reroutes',
        after === null
          ? 'callers with a token are of no tier'
          : `callers are of the tier that claim ${quote(after)} names`,
      ),
  },
  'claims.require': {
    label: 'require',
    about: 'Claims that must be there. One less, or one more value that will do, loosens.',
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: 'reload',
    show: (requirements) => requirements.map(showRequirement).join(', ') || 'none',
    judge: judgeRequirements,
  },
};

function judgeRequirements(before: Claims['require'], after: Claims['require']): Verdict {
  const was = new Map(before.map((requirement) => [requirement.name, requirement]));
  const now = new Map(after.map((requirement) => [requirement.name, requirement]));
  const dropped = before.filter(({ name }) => !now.has(name)).map(({ name }) => name);
  if (dropped.length > 0) return verdict('loosens', `tokens without ${quoteAll(dropped)} are accepted`);
  const widened = after.filter((requirement) => isWider(requirement, was.get(requirement.name)));
  if (widened.length > 0) {
    const any = widened.some(({ values }) => values.length === 0) ? 'any value' : 'other values';
    return verdict('loosens', `tokens with ${any} of ${quoteAll(widened.map(({ name }) => name))} are accepted`);
  }
  const added = after.filter(({ name }) => !was.has(name)).map(({ name }) => name);
  if (added.length > 0) return verdict('narrows', `tokens without ${quoteAll(added)} are refused`);
  const narrowed = after.filter(({ name, values }) => isWider(was.get(name), { name, values })).map(({ name }) => name);
  return narrowed.length > 0
    ? verdict('narrows', `tokens with other values of ${quoteAll(narrowed)} are refused`)
    : verdict('cosmetic', 'the same is asked of tokens');
}

/** Whether the first lets a value pass that the second does not; no values let all pass. */
function isWider(one: Requirement | undefined, other: Requirement | undefined): boolean {
  if (one === undefined || other === undefined || other.values.length === 0) return false;
  return one.values.length === 0 || newIn(other.values, one.values).length > 0;
}

function showRequirement({ name, values }: Requirement): string {
  return values.length === 0 ? name : `${name}: ${values.join('|')}`;
}
