import type { KeyTimes } from './key-times.ts';

export type KeyState =
  | { readonly state: 'active' | 'not_yet' | 'expired' }
  | { readonly state: 'expires'; readonly days: number };

/** Ends further away are no news. */
const soon = 30;

const secondsOfDay = 86_400;

/** Whether the gateway takes a key now; one that ends within 30 days says in how many. */
export function stateOfKey({ from, until }: KeyTimes, now: Date): KeyState {
  const seconds = now.getTime() / 1000;
  if (until !== undefined && seconds >= until) return { state: 'expired' };
  if (from !== undefined && seconds < from) return { state: 'not_yet' };
  const days = until === undefined ? Number.POSITIVE_INFINITY : Math.ceil((until - seconds) / secondsOfDay);
  return days <= soon ? { state: 'expires', days } : { state: 'active' };
}

export function stateText(state: KeyState): string {
  if (state.state === 'expires') return `expires in ${state.days} day${state.days === 1 ? '' : 's'}`;
  return state.state === 'not_yet' ? 'not yet' : state.state;
}
