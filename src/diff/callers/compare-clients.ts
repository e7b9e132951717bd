import type { Change, TakesEffect } from '../common/change.ts';
import { compareObject } from '../common/compare-object.ts';
import type { PublicClient, PublicKeyMap, PublicModel } from '../common/public-model.ts';
import type { Context } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { wholeChange } from '../common/whole-change.ts';
import { clientObject } from './client.ts';
import { describeRights } from './describe-rights.ts';
import { routesAsking } from './routes-asking.ts';

interface Options {
  readonly before: PublicKeyMap;
  readonly after: PublicKeyMap;
  readonly gateways: Context<unknown>['gateways'];
}

/** Clients of one key map that came, changed or went. Their order means nothing. */
export function compareClients({ before, after, gateways }: Options): readonly Change[] {
  const takesEffect: TakesEffect =
    before.name === after.name && isWatched(before, gateways.before) && isWatched(after, gateways.after)
      ? 'within 2 s, no reload'
      : 'reload';
  const left = new Map(before.clients.map((client) => [client.id, client]));
  const objectOf = ({ id }: PublicClient): string => `client ${after.name}/${id}`;
  const kept = after.clients.flatMap((now): readonly Change[] => {
    const was = left.get(now.id);
    left.delete(now.id);
    if (was === undefined) {
      const routes = routesAsking(gateways.after).get(after.name) ?? [];
      const effect = `client ${quote(now.id)} is new and may call ${describeRights(now, { routes, proof: after.name })}`;
      return [
        wholeChange('add', {
          object: objectOf(now),
          text: summaryOf(now),
          verdict: verdict('loosens', effect),
          takesEffect,
        }),
      ];
    }
    const context = { title: `client ${quote(now.id)}`, before: was, after: now, gateways };
    return compareObject({ object: objectOf(now), context, rules: clientObject }).map((change) => ({
      ...change,
      takesEffect,
    }));
  });
  const removed = [...left.values()].map((was) =>
    wholeChange('remove', {
      object: objectOf(was),
      text: summaryOf(was),
      verdict: verdict('narrows', `client ${quote(was.id)} can no longer call`),
      takesEffect,
    }),
  );
  return [...kept, ...removed];
}

/** Workers watch the file with the clients that the spec names; without clients, or a route that asks, there is none. */
function isWatched({ name, clients }: PublicKeyMap, model: PublicModel): boolean {
  return clients.length > 0 && routesAsking(model).has(name);
}

function summaryOf({ keys, tier }: PublicClient): string {
  return `${keys.length === 1 ? 'a key' : `${keys.length} keys`}${tier === null ? '' : `, tier ${tier}`}`;
}
