import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Rate } from '../../language/limits/rate-zones.ts';

/** A limit by rate. What has the same key shares one count, whatever route it is on. */
export interface RateZone {
  readonly name: string;
  readonly at: Path;
  readonly key: ZoneKey;
  readonly rate: Rate;
  /** How many may come at once beyond the first. */
  readonly burst: number;
  /** How many of a burst pass before the rest is slowed to the rate; null slows none. */
  readonly delay: number | null;
  /** For the counts, in bytes. */
  readonly memory: number;
  /** Sorted by name. */
  readonly tiers: readonly RateTier[];
}

export type ZoneKey =
  | { readonly kind: 'ip' | 'client' | 'route' | 'gateway' }
  | { readonly kind: 'claim' | 'header' | 'query'; readonly name: string };

/** What callers of one tier have instead. */
export type RateTier =
  | { readonly name: string; readonly kind: 'unlimited' }
  | { readonly name: string; readonly kind: 'limited'; readonly rate: Rate; readonly burst: number };
