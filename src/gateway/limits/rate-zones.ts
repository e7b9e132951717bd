import { compareText } from '../../compare-text.ts';
import type { Rate } from '../../language/limits/rate-zones.ts';
import type { Spec } from '../../language/spec.ts';
import type { RateTier, RateZone, ZoneKey } from '../common/limits.ts';

type Section = NonNullable<Spec['rate_zones']>[string];

/** nginx keeps the count of one caller in 128 bytes, so this is 80,000 callers. */
const defaultMemory = 10 * 1_048_576;

/** Fills the limits by rate, sorted by name. */
export function resolveRateZones(sections: Spec['rate_zones']): readonly RateZone[] {
  return Object.entries(sections ?? {})
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, section]) => ({
      name,
      at: ['rate_zones', name],
      key: resolveKey(section.key),
      rate: section.rate,
      burst: section.burst ?? usualBurst(section.rate),
      delay: resolveDelay(section.delay),
      memory: section.memory ?? defaultMemory,
      tiers: resolveTiers(section),
    }));
}

function resolveKey(key: Section['key']): ZoneKey {
  if (typeof key === 'string') return { kind: key };
  if ('claim' in key) return { kind: 'claim', name: key.claim };
  if ('header' in key) return { kind: 'header', name: key.header.toLowerCase() };
  return { kind: 'query', name: key.query };
}

/** Who says sixty a minute means that sixty may come in a minute, at once too. */
function usualBurst(rate: Rate): number {
  return rate.requests - 1;
}

function resolveDelay(delay: Section['delay']): number | null {
  if (delay === undefined || delay === false) return null;
  return delay === true ? 0 : delay;
}

function resolveTiers(section: Section): readonly RateTier[] {
  return Object.entries(section.tiers ?? {})
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, tier]): RateTier => {
      if (tier === 'unlimited') return { name, kind: 'unlimited' };
      return { name, kind: 'limited', rate: tier.rate, burst: tier.burst ?? section.burst ?? usualBurst(tier.rate) };
    });
}
