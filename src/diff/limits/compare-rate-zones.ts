import type { Change } from '../common/change.ts';
import { compareObject } from '../common/compare-object.ts';
import type { PublicRateZone } from '../common/public-model.ts';
import type { Context } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { wholeChange } from '../common/whole-change.ts';
import { showKey, showRate } from './allowance.ts';
import { rateZoneObject } from './rate-zone.ts';

/** Limits that came, changed or went, by name. What routes have to pass is told of the routes. */
export function compareRateZones(gateways: Context<never>['gateways']): readonly Change[] {
  const left = new Map(gateways.before.rateZones.map((zone) => [zone.name, zone]));
  const kept = gateways.after.rateZones.flatMap((now): readonly Change[] => {
    const was = left.get(now.name);
    left.delete(now.name);
    const title = titleOf(now);
    if (was !== undefined)
      return compareObject({
        object: objectOf(now),
        context: { title, before: was, after: now, gateways },
        rules: rateZoneObject,
      });
    return [
      wholeChange('add', {
        object: objectOf(now),
        text: summaryOf(now),
        verdict: verdict('cosmetic', `routes can ask for ${title}`),
        takesEffect: 'reload',
      }),
    ];
  });
  const removed = [...left.values()].map((was) =>
    wholeChange('remove', {
      object: objectOf(was),
      text: summaryOf(was),
      verdict: verdict('cosmetic', `no route can ask for ${titleOf(was)} any more`),
      takesEffect: 'reload',
    }),
  );
  return [...kept, ...removed];
}

function objectOf({ name }: PublicRateZone): string {
  return `rate_zone ${name}`;
}

function titleOf({ name }: PublicRateZone): string {
  return `limit ${quote(name)}`;
}

function summaryOf({ rate, key }: PublicRateZone): string {
  return `${showRate(rate)} for ${showKey(key).replaceAll('`', '')}`;
}
