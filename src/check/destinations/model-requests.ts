import type { Route } from '../../gateway/common/gateway.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** Requests with these have no body, and so name their model in the query at most. */
const bodyless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** OC3012: a route that looks for models in requests which do not name one. Websockets name it in the query. */
export const checkModelRequests: Check = (gateway, sink) => {
  for (const route of gateway.routes) {
    if (route.websocket) continue;
    const methods = route.conditions.find(({ kind }) => kind === 'method');
    if (methods?.kind !== 'method' || !methods.values.every((method) => bodyless.has(method))) continue;
    if (route.conditions.some(({ kind }) => kind === 'model')) warn(route, ['match', 'model'], sink);
    else if (route.destination.kind === 'by_model') warn(route, ['upstream'], sink);
  }
};

function warn(route: Route, key: readonly string[], sink: CheckSink): void {
  sink.warning('OC3012', [...route.at, ...key], {
    message: `requests of route \`${route.name}\` have no body that names a model`,
    help: 'only those with a query argument `model` fit; add `POST` to `match.method`, or leave the model out',
    related: [{ message: 'the methods', path: [...route.at, 'match', 'method'] }],
  });
}
