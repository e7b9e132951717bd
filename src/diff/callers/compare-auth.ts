import type { PublicRoute } from '../common/public-model.ts';
import type { Context } from '../common/rule.ts';
import { renamedMethods } from './auth-methods.ts';
import { methodsIn } from './routes-asking.ts';

type Auth = PublicRoute['auth'];

/** How what a route asks for now compares with what it asked for, by whom it lets in. */
export interface AuthOrder {
  /** Whoever is let in now was let in before. */
  readonly isAsStrict: boolean;
  /** Whoever was let in before is let in now. */
  readonly isAsOpen: boolean;
  /** In the names of today: what is asked for now and was not, and the other way round. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Methods are the same when their names are, or when they were only renamed: what else changes in them is told about
 * themselves. About two that differ nothing is known, so neither is as strict as the other.
 */
export function compareAuth(before: Auth, after: Auth, gateways: Context<unknown>['gateways']): AuthOrder {
  const renamed = renamedMethods(gateways);
  const today = new Map([...renamed].map(([now, was]) => [was, now]));
  const was = { kind: before.kind, methods: methodsIn(before).map((name) => today.get(name) ?? name) };
  const now = { kind: after.kind, methods: methodsIn(after) };
  return {
    isAsStrict: implies(now, was),
    isAsOpen: implies(was, now),
    added: now.methods.filter((name) => !was.methods.includes(name)),
    removed: was.methods.filter((name) => !now.methods.includes(name)),
  };
}

interface Demand {
  readonly kind: Auth['kind'];
  readonly methods: readonly string[];
}

/** Whether each way to meet one demand meets the other: it then has one method of each clause of the other. */
function implies(one: Demand, other: Demand): boolean {
  const ways = one.kind === 'any' ? one.methods.map((name) => [name]) : [one.methods];
  const clauses = other.kind === 'all' ? other.methods.map((name) => [name]) : [other.methods];
  return (
    other.methods.length === 0 ||
    ways.every((way) => clauses.every((clause) => clause.some((name) => way.includes(name))))
  );
}
