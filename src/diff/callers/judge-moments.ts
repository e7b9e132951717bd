import { formatMoment } from '../../keys/moments.ts';
import type { Verdict } from '../common/rule.ts';
import { verdict } from '../common/verdicts.ts';

/** For a `not_before`: seconds since 1970, null is since ever. `who` is such as ``client `mobile` may call``. */
export function judgeStart(before: number | null, after: number | null, who: string): Verdict {
  const isEarlier = (after ?? Number.NEGATIVE_INFINITY) < (before ?? Number.NEGATIVE_INFINITY);
  const from = after === null ? 'at once' : `${isEarlier ? 'already' : 'only'} from ${formatMoment(after)} on`;
  return verdict(isEarlier ? 'loosens' : 'narrows', `${who} ${from}`);
}

/** For a `not_after`: null is for ever. */
export function judgeEnd(before: number | null, after: number | null, who: string): Verdict {
  const isLater = (after ?? Number.POSITIVE_INFINITY) > (before ?? Number.POSITIVE_INFINITY);
  const until = after === null ? 'without end' : `${isLater ? '' : 'only '}until ${formatMoment(after)}`;
  return verdict(isLater ? 'loosens' : 'narrows', `${who} ${until}`);
}

/** A time in which something holds, such as ` from 2026-12-01 until 2027-01-31`; empty when it always does. */
export function describeWindow(window: {
  readonly notBefore: number | null;
  readonly notAfter: number | null;
}): string {
  const { notBefore, notAfter } = window;
  const from = notBefore === null ? '' : ` from ${formatMoment(notBefore)}`;
  return notAfter === null ? from : `${from} until ${formatMoment(notAfter)}`;
}
