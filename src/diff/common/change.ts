import type { PlainValue } from '../../source/value-node.ts';

/** What a change means for security and for callers, the gravest first. */
export const risks = ['loosens', 'narrows', 'reroutes', 'capacity', 'cosmetic'] as const;
export type Risk = (typeof risks)[number];

/** What has to be done for a change to take effect, the most first. */
export const waysToTakeEffect = [
  'restart',
  'compose up',
  'agent restart',
  'reload, counters reset',
  'reload',
  'within 2 s, no reload',
] as const;
export type TakesEffect = (typeof waysToTakeEffect)[number];

/** One difference between two gateways: an object that came or went, or a field of one that is in both. */
export interface Change {
  readonly action: 'add' | 'remove' | 'change';
  /** Such as `route chat`, `upstream openai`, `server`. */
  readonly object: string;
  /** In the spec's words, such as `tls.verify`; null when the whole object came or went. */
  readonly field: string | null;
  /** Null when there was none. */
  readonly before: PlainValue;
  readonly after: PlainValue;
  /** Both values as a person reads them. */
  readonly text: { readonly before: string; readonly after: string };
  /** What callers notice, in words. */
  readonly effect: string;
  readonly risk: Risk;
  readonly takesEffect: TakesEffect;
}

/** Objects by what happens to them, and changes by their risk. */
export interface Summary {
  readonly change: number;
  readonly add: number;
  readonly remove: number;
  readonly risks: Readonly<Record<Risk, number>>;
  /** The most that any change needs; null when nothing changes. */
  readonly takesEffect: TakesEffect | null;
}

/** Additions keep `formatVersion`; anything else raises it. */
export interface GatewayDiff {
  readonly formatVersion: 1;
  readonly changes: readonly Change[];
  readonly summary: Summary;
}
