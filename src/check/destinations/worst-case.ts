import type { Route } from '../../gateway/common/gateway.ts';
import { timeText } from '../common/time-text.ts';

const numbers = ['no', 'one', 'two', 'three', 'four', 'five'] as const;

/** How long the attempts of a request take if each fails as late as it can, and that sum in words. */
export function worstCase({ retry, timeouts }: Pick<Route, 'retry' | 'timeouts'>): { time: number; words: string } {
  const { tries, within } = retry;
  const attempt = timeouts.connect + timeouts.firstByte;
  const each = `${timeText(timeouts.connect)} + ${timeText(timeouts.firstByte)}`;
  if (tries === 1) return { time: attempt, words: `connecting and the first byte, ${each},` };
  if (tries * attempt <= within + attempt)
    return { time: tries * attempt, words: `${numbers[tries] ?? tries} attempts of ${each}` };
  return {
    time: within + attempt,
    words: `attempts of ${each} that begin within ${timeText(within)}`,
  };
}
