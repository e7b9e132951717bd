import { hasClientWith } from '../callers/restricted-clients.ts';
import type { Risk } from '../common/change.ts';
import type { PublicRoute } from '../common/public-model.ts';
import type { Context, Verdict } from '../common/rule.ts';
import { newIn, quote, quoteAll, verdict } from '../common/verdicts.ts';
import { isLessProtected, type Protection, protectionFor, strangersIn } from '../upstreams/protection.ts';
import type { Reach } from './reach.ts';

export interface ReachOptions {
  /** Such as ``requests of route `chat` that reached `llama` now reach `claude` ``. */
  readonly effect: string;
  /** When nobody reads more, and nobody is refused. */
  readonly harmless: Risk;
  /** Upstreams that got some of these requests, and those that get them now, or get them too. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Everything that could get them, before and now. */
  readonly was: Reach;
  readonly now: Reach;
  /** Whose callers send them. */
  readonly routes: readonly Pick<PublicRoute, 'auth'>[];
  readonly gateways: Context<unknown>['gateways'];
}

/**
 * What it means that requests go to others. It loosens when they are easier to read on their way, when one more party
 * reads them (another in place of one does not count), and when callers are let in who may reach only the new one.
 */
export function judgeReach(options: ReachOptions): Verdict {
  const { effect, harmless, to, was, now } = options;
  const unsafe = describeUnsafe(options);
  if (unsafe !== '') return verdict('loosens', `${effect}${unsafe}`);
  const gained = to.filter((name) => isRefusedWithout(name, was.answers, options));
  const [only] = gained;
  if (only !== undefined) {
    const which = isLast(only, options) ? 'that one' : quote(only);
    return verdict('loosens', `${effect}: clients who may reach only ${which} are no longer refused`);
  }
  const lost = newIn(now.answers, was.answers).filter((name) => isRefusedWithout(name, now.answers, options));
  return lost.length > 0
    ? verdict('narrows', `${effect}: clients who may reach only ${quoteAll(lost)} are refused`)
    : verdict(harmless, effect);
}

function describeUnsafe(options: ReachOptions): string {
  const { to } = options;
  const strangers = newStrangers(options);
  const flaws = to.flatMap((name) => {
    const words = [...exposureOf(name, options), ...(strangers.includes(name) ? ["somebody else's service"] : [])];
    return words.length === 0 ? [] : [{ name, words: words.join(' and is ') }];
  });
  const [first] = flaws;
  if (first === undefined) return '';
  if (isLast(first.name, options)) return `, which is ${first.words}`;
  return flaws.map(({ name, words }) => `; ${quote(name)} is ${words}`).join('');
}

/** Whether the sentence ends with the one upstream that it is about. */
function isLast(name: string, { effect, to }: ReachOptions): boolean {
  return to.length === 1 && effect.endsWith(` ${quote(name)}`);
}

function exposureOf(name: string, { from, gateways }: ReachOptions): readonly string[] {
  const now = protectionFor(gateways.after, name);
  const before: readonly Protection[] =
    from.length === 0 ? ['safe'] : from.map((other) => protectionFor(gateways.before, other));
  if (!before.some((protection) => isLessProtected(protection, now))) return [];
  return [now === 'clear' ? 'not encrypted' : 'not verified'];
}

/** Upstreams with hosts of others that got nothing so far, unless as many others get nothing any more. */
function newStrangers({ to, was, now, gateways }: ReachOptions): readonly string[] {
  const [before, after] = [was, now].map(({ answers, copies }) => [...answers, ...copies]);
  const known = new Set((before ?? []).flatMap((name) => strangersIn(gateways.before, name)));
  const kept = new Set((after ?? []).flatMap((name) => strangersIn(gateways.after, name)));
  const come = to.filter((name) => strangersIn(gateways.after, name).some((host) => !known.has(host)));
  const gone = (before ?? []).filter((name) => strangersIn(gateways.before, name).some((host) => !kept.has(host)));
  return come.length > new Set(gone).size ? come : [];
}

/** Whether callers are known who may reach the one, and none of the others; where there are no others, nobody asked. */
function isRefusedWithout(name: string, others: readonly string[], { routes, gateways }: ReachOptions): boolean {
  return (
    others.length > 0 &&
    !others.includes(name) &&
    routes.some((route) => hasClientWith('upstreams', { route, allowed: name, refused: others, model: gateways.after }))
  );
}
