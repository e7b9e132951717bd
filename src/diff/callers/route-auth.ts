import type { PublicModel, PublicRoute } from '../common/public-model.ts';
import type { Context, Rule, Verdict } from '../common/rule.ts';
import { verdict } from '../common/verdicts.ts';
import { methodsByName } from './auth-methods.ts';
import { compareAuth } from './compare-auth.ts';
import { methodsIn } from './routes-asking.ts';

type Auth = PublicRoute['auth'];

/** What it means that a route asks callers for something else. */
export const routeAuthRule: Rule<Auth, unknown> = {
  label: 'auth',
  about:
    'Who may call. `none` lets everyone in, as no `auth` at all did in builds of earlier versions. One more of which any is enough, one less of which all are needed, or others that cannot be compared, loosen.',
  risks: ['loosens', 'narrows', 'reroutes', 'cosmetic'],
  takesEffect: 'reload',
  show: showAuth,
  judge: judgeAuth,
};

function judgeAuth(before: Auth, after: Auth, { title, gateways }: Context<unknown>): Verdict {
  const was = describeProofs(before, gateways.before);
  const now = describeProofs(after, gateways.after);
  if (was === '' && now === '') return verdict('cosmetic', `${title} lets everyone in, as before`);
  if (now === '') return verdict('loosens', `${title} no longer asks for ${was}: everyone may call`);
  if (was === '') return verdict('narrows', `${title} asks for ${now}`);
  const { isAsStrict, isAsOpen, added, removed } = compareAuth(before, after, gateways);
  if (isAsStrict && isAsOpen)
    return before.kind === after.kind && hasMoved(before, after)
      ? verdict('reroutes', `callers of ${title} who prove several things count as another one of them`)
      : verdict('cosmetic', `${title} asks for the same under another name`);
  if (after.kind === 'any' && before.kind === 'any') {
    const words = (names: readonly string[], model: PublicModel) => describe(names, 'or', model);
    if (isAsOpen) return verdict('loosens', `${words(added, gateways.after)} is enough for ${title} too`);
    if (isAsStrict) return verdict('narrows', `${words(removed, gateways.before)} is no longer enough for ${title}`);
  }
  if (isAsStrict)
    return added.length > 0 && removed.length === 0 && (before.kind === 'all' || methodsIn(before).length === 1)
      ? verdict('narrows', `callers of ${title} must now also have ${describe(added, 'and', gateways.after)}`)
      : verdict('narrows', `callers of ${title} must now have ${now}, no longer ${was}`);
  if (isAsOpen)
    return removed.length > 0 && added.length === 0
      ? verdict('loosens', `callers of ${title} need not have ${describe(removed, 'and', gateways.before)} any more`)
      : verdict('loosens', `${now} is enough for ${title}, no longer ${was}`);
  return verdict('loosens', `${title} asks for ${now}, no longer for ${was}: it may let in others`);
}

/** What callers have to prove, in words; empty where everyone may call. */
export function describeProofs(auth: Auth, model: PublicModel): string {
  return describe(methodsIn(auth), auth.kind === 'all' ? 'and' : 'or', model);
}

function describe(names: readonly string[], joint: 'and' | 'or', model: PublicModel): string {
  const known = methodsByName(model);
  return names.map((name) => known.get(name)?.proof ?? `\`${name}\``).join(` ${joint} `);
}

function hasMoved(before: Auth, after: Auth): boolean {
  const now = methodsIn(after);
  const kept = methodsIn(before).filter((name) => now.includes(name));
  return kept.length === now.length && kept.some((name, index) => name !== now[index]);
}

function showAuth(auth: Auth): string {
  if (auth.kind === 'unset') return 'not set';
  return methodsIn(auth).join(auth.kind === 'all' ? ' and ' : ' or ') || 'none';
}
