import type { PublicModel } from '../common/public-model.ts';
import type { Context, Rule, Verdict } from '../common/rule.ts';
import { newIn, quote, verdict } from '../common/verdicts.ts';
import { showKey, showRate } from './allowance.ts';

type Gateways = Context<unknown>['gateways'];

/** What it means that requests have to pass other limits, on one route or on all without limits of their own. */
export function limitsRule<Subject>(about: string): Rule<readonly string[], Subject> {
  return {
    label: 'limits',
    about,
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect: (before, after, { gateways }) =>
      isSameList(before, after) || !isRenamed(before, after, gateways) ? 'reload' : 'reload, counters reset',
    ways: 'reload, counters reset when renamed',
    judge: (before, after, { title, gateways }) => judgeLimits(before, after, { title, gateways }),
  };
}

function judgeLimits(
  before: readonly string[],
  after: readonly string[],
  { title, gateways }: { title: string; gateways: Gateways },
): Verdict {
  if (isRenamed(before, after, gateways))
    return isSameList(before, after)
      ? verdict('cosmetic', 'the same limits, in another order')
      : verdict('cosmetic', 'the same limits have other names');
  const added = newIn(before, after).map((name) => describeZone(name, gateways.after));
  const removed = newIn(after, before).map((name) => describeZone(name, gateways.before));
  const parts = [
    ...(removed.length > 0 ? [`no longer have to pass ${removed.join(' and ')}`] : []),
    ...(added.length > 0 ? [`have to pass ${added.join(' and ')}`] : []),
  ];
  return verdict(removed.length > 0 ? 'loosens' : 'narrows', `requests of ${title} ${parts.join(', but ')}`);
}

function isSameList(before: readonly string[], after: readonly string[]): boolean {
  return newIn(before, after).length === 0 && newIn(after, before).length === 0;
}

/** Whether both lists mean the same limits, whatever they are called. */
function isRenamed(before: readonly string[], after: readonly string[], gateways: Gateways): boolean {
  if (isSameList(before, after)) return true;
  const was = newIn(after, before).map((name) => meaningOf(name, gateways.before));
  const now = newIn(before, after).map((name) => meaningOf(name, gateways.after));
  return was.sort().join('\n') === now.sort().join('\n');
}

function meaningOf(name: string, { rateZones }: PublicModel): string {
  const zone = rateZones.find((candidate) => candidate.name === name);
  return JSON.stringify({ ...zone, name: '' });
}

function describeZone(name: string, { rateZones }: PublicModel): string {
  const zone = rateZones.find((candidate) => candidate.name === name);
  const allowed = zone === undefined ? '' : ` (${showRate(zone.rate)} for ${showKey(zone.key)})`;
  return `limit ${quote(name)}${allowed}`;
}
