import type { KeyTimes } from './key-times.ts';
import { formatMoment } from './moments.ts';
import type { Attempt } from './problem.ts';

export interface RotationRequest {
  readonly now: Date;
  /** How long the old keys stay valid, in milliseconds. */
  readonly overlap: number;
  /** The end of the new key; as far as the old ones reach when nobody says. */
  readonly notAfter: string | 'never' | undefined;
}

export interface RotationPlan {
  /** What becomes of each old key. */
  readonly fates: readonly ('keep' | 'end' | 'remove')[];
  /** When those that end do so. */
  readonly end: string;
  readonly notAfter: string | undefined;
}

/** Old keys end after the overlap unless they do so sooner; one that would only start after that is removed. */
export function planRotation(id: string, keys: readonly KeyTimes[], request: RotationRequest): Attempt<RotationPlan> {
  const { now, overlap } = request;
  const end = Math.ceil((now.getTime() + overlap) / 1000);
  const fates = keys.map(({ from, until }) => {
    if (overlap === 0 || (from !== undefined && from >= end)) return 'remove';
    return until !== undefined && until <= end ? 'keep' : 'end';
  });
  const latest = keys.reduce((most, { until }) => Math.max(most, until ?? Number.POSITIVE_INFINITY), 0);
  const inherited = Number.isFinite(latest) ? latest : undefined;
  if (request.notAfter === undefined && inherited !== undefined && inherited * 1000 <= now.getTime())
    return {
      problem: {
        kind: 'wrong',
        message: `the keys of \`${id}\` ended at ${formatMoment(inherited)}, and a new one would end with them`,
        help: 'say when the new one ends: `--not-after 2030-01-31`, or `--not-after never`',
      },
    };
  const given = request.notAfter === 'never' ? undefined : request.notAfter;
  const copied = inherited === undefined ? undefined : formatMoment(inherited);
  return {
    value: { fates, end: formatMoment(end), notAfter: request.notAfter === undefined ? copied : given },
  };
}
