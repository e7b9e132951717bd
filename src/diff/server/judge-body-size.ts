import type { Verdict } from '../common/rule.ts';
import { showSize } from '../common/show-value.ts';
import { verdict } from '../common/verdicts.ts';

/** For the server's and a route's limit. */
export function judgeBodySize(before: number, after: number): Verdict {
  return after > before
    ? verdict('loosens', `request bodies of up to ${showSize(after)} are accepted`)
    : verdict('narrows', `request bodies over ${showSize(after)} are refused with 413`);
}
