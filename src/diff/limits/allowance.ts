import type { Rate } from '../../language/limits/rate-zones.ts';
import type { PublicRateZone } from '../common/public-model.ts';
import { quote } from '../common/verdicts.ts';

/** How much of a limit a caller has. */
export type Allowance =
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'limited'; readonly rate: Rate; readonly burst: number };

/** What callers of a tier have, or those of none for null. */
export function allowanceOf(zone: PublicRateZone, tier: string | null): Allowance {
  return zone.tiers.find(({ name }) => name === tier) ?? { kind: 'limited', rate: zone.rate, burst: zone.burst };
}

/** `more` when the second lets through more of anything. */
export function compareAllowances(before: Allowance, after: Allowance): 'more' | 'less' | 'same' {
  const [was, now] = [before, after].map((allowance) =>
    allowance.kind === 'unlimited'
      ? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [requestsPerMinute(allowance.rate), allowance.burst],
  );
  const differences = (now ?? []).map((value, index) => Math.sign(value - (was?.[index] ?? 0)));
  if (differences.includes(1)) return 'more';
  return differences.includes(-1) ? 'less' : 'same';
}

export function requestsPerMinute({ requests, per }: Rate): number {
  return per === 'second' ? requests * 60 : requests;
}

/** As the spec writes it. */
export function showRate({ requests, per }: Rate): string {
  return `${requests}r/${per === 'second' ? 's' : 'm'}`;
}

/** In a sentence. */
export function describeAllowance(allowance: Allowance): string {
  return allowance.kind === 'unlimited' ? 'unlimited requests' : showAllowance(allowance);
}

export function showAllowance(allowance: Allowance): string {
  return allowance.kind === 'unlimited' ? 'unlimited' : `${showRate(allowance.rate)}, burst ${allowance.burst}`;
}

/** What has a count of its own, as in `60r/m for each client`. */
export function showKey(key: PublicRateZone['key']): string {
  switch (key.kind) {
    case 'ip':
      return 'each address';
    case 'client':
    case 'route':
      return `each ${key.kind}`;
    case 'gateway':
      return 'the gateway as a whole';
    case 'claim':
      return `each value of claim ${quote(key.name)}`;
    case 'header':
      return `each value of header ${quote(key.name)}`;
    case 'query':
      return `each value of query argument ${quote(key.name)}`;
  }
}
