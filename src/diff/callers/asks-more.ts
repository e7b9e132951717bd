import { coversCondition } from '../../gateway/common/coverage.ts';
import type { PublicRoute } from '../common/public-model.ts';
import type { Context } from '../common/rule.ts';
import { admittedBy, without } from '../server/address-set.ts';
import { compareAuth } from './compare-auth.ts';
import { hasClientWith } from './restricted-clients.ts';

/** Whether a route of before asks for more than one of after, or cannot be compared: who is calling, or from where. */
export function asksMore(one: PublicRoute, other: PublicRoute, gateways: Context<unknown>['gateways']): boolean {
  return (
    !compareAuth(one.auth, other.auth, gateways).isAsStrict ||
    without(admittedBy(other.addresses), admittedBy(one.addresses)).length > 0 ||
    asksForFewerClients(one, other) ||
    hasClientWith('routes', { route: other, allowed: other.name, refused: [one.name], model: gateways.after })
  );
}

function asksForFewerClients(one: PublicRoute, other: PublicRoute): boolean {
  const [a, b] = [one, other].map(({ conditions }) => conditions.find(({ kind }) => kind === 'client'));
  return a !== undefined && (b === undefined || !coversCondition(a, b));
}
