import { isDeepStrictEqual } from 'node:util';
import type { PublicModel, PublicRoute } from '../common/public-model.ts';
import type { Context } from '../common/rule.ts';
import { resends } from './resends.ts';

type PublicSplit = Extract<PublicRoute['destination'], { readonly kind: 'split' }>;

/** A route whose destination is told field by field, in the spec's words, and of whose retries only what happens is. */
export interface ComparedRoute extends Omit<PublicRoute, 'retry'> {
  /** Null where both sides split, so that only shares differ. */
  readonly upstream: PublicRoute['destination'] | null;
  readonly split: PublicSplit['sides'] | null;
  readonly sticky: PublicSplit['sticky'];
  readonly forceHeader: string | null;
  /** Null where no request is sent again. */
  readonly retry: Omit<PublicRoute['retry'], 'given'> | null;
}

type Gateways = Context<unknown>['gateways'];

/** Both versions of a route as they are compared. */
export function comparedRoutes(
  before: PublicRoute,
  after: PublicRoute,
  gateways: Gateways,
): { readonly before: ComparedRoute; readonly after: ComparedRoute } {
  const isSplit = before.destination.kind === 'split' && after.destination.kind === 'split';
  const toCompared = (route: PublicRoute, model: PublicModel): ComparedRoute => {
    // In the order in which a model has its fields, which is the order in which changes are told.
    const { name, path, conditions, auth, addresses, limits, api, destination, ...others } = route;
    return {
      ...{ name, path, conditions, auth, addresses, limits, api, destination },
      ...(isSplit ? splitOf(route) : { upstream: destination, split: null, sticky: null, forceHeader: null }),
      ...others,
      retry: resends(route, model) ? withoutGiven(route.retry) : null,
    };
  };
  return { before: toCompared(before, gateways.before), after: toCompared(after, gateways.after) };
}

function splitOf({ destination }: PublicRoute): Pick<ComparedRoute, 'upstream' | 'split' | 'sticky' | 'forceHeader'> {
  const { sides, sticky, force } =
    destination.kind === 'split' ? destination : { sides: null, sticky: null, force: null };
  return { upstream: null, split: sides, sticky, forceHeader: force };
}

function withoutGiven({ on, tries, within }: PublicRoute['retry']): ComparedRoute['retry'] {
  return { on, tries, within };
}

/** Whether a field differs only because of another one, which is told: what follows a default. */
export function isToldElsewhere(
  field: string | null,
  { before, after, gateways }: { before: PublicRoute; after: PublicRoute; gateways: Gateways },
): boolean {
  switch (field) {
    case 'max_body_size':
      return (
        before.maxBodySize === gateways.before.server.maxBodySize &&
        after.maxBodySize === gateways.after.server.maxBodySize
      );
    case 'limits':
      return (
        isDeepStrictEqual(before.limits, gateways.before.server.limits) &&
        isDeepStrictEqual(after.limits, gateways.after.server.limits)
      );
    case 'timeouts.first_byte':
      return [before, after].every(({ timeouts }) => timeouts.firstByte === timeouts.idle);
    case 'retry.within':
      return [before, after].every(
        ({ retry, timeouts }) => retry.within === retry.tries * (timeouts.connect + timeouts.firstByte),
      );
    default:
      return false;
  }
}
