import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import { targetsOf } from '../../gateway/common/targets.ts';
import { findEntries } from './candidates.ts';

/** What a choice of the gateway depends on, apart from the path: the upstream must not read it in another way. */
export interface JudgedParts {
  /** Query arguments, sorted. */
  readonly arguments: readonly string[];
  /** Headers in small letters, sorted. */
  readonly headers: readonly string[];
  readonly method: boolean;
}

/** What decides which of the routes on a path answers. */
export function judgedByPath(candidates: readonly Route[]): JudgedParts {
  const conditions = candidates.flatMap((route) => route.conditions);
  const named = (kind: 'header' | 'query'): readonly string[] =>
    conditions.flatMap((condition) => (condition.kind === kind ? [condition.name] : []));
  return collect({
    arguments: named('query'),
    headers: named('header'),
    method: conditions.some(({ kind }) => kind === 'method'),
  });
}

/** What a route's own limits, splits and servers go by. */
export function judgedByRoute(route: Route, gateway: Pick<Gateway, 'models' | 'upstreams' | 'rateZones'>): JudgedParts {
  const { destination } = route;
  const targets = new Set(targetsOf(route, gateway).map(({ upstream }) => upstream));
  const keys = [
    ...gateway.rateZones.flatMap(({ name, key }) => (route.limits.includes(name) ? [key] : [])),
    ...gateway.upstreams.flatMap(({ name, balance }) =>
      targets.has(name) && balance.kind === 'hash' ? [balance.key] : [],
    ),
    ...(destination.kind === 'split' && destination.sticky !== null ? [destination.sticky] : []),
    ...(destination.kind === 'split' && destination.force !== null
      ? [{ kind: 'header', name: destination.force } as const]
      : []),
  ];
  const named = (kind: 'header' | 'query'): readonly string[] =>
    keys.flatMap((key) => (key.kind === kind ? [key.name] : []));
  return collect({ arguments: named('query'), headers: named('header'), method: false });
}

/** All that was judged of a request by the time that a route passes it on, by the route's name. */
export function judgedByName(gateway: Gateway): ReadonlyMap<string, JudgedParts> {
  const found = new Map(gateway.routes.map((route) => [route.name, judgedByRoute(route, gateway)]));
  for (const { candidates } of findEntries(gateway.routes)) {
    const here = judgedByPath(candidates);
    for (const { name } of candidates) found.set(name, joinJudged(found.get(name) ?? here, here));
  }
  return found;
}

export function joinJudged(a: JudgedParts, b: JudgedParts): JudgedParts {
  return collect({
    arguments: [...a.arguments, ...b.arguments],
    headers: [...a.headers, ...b.headers],
    method: a.method || b.method,
  });
}

function collect({ arguments: names, headers, method }: JudgedParts): JudgedParts {
  return {
    arguments: [...new Set(names)].sort(),
    headers: [...new Set(headers.map((name) => name.toLowerCase()))].sort(),
    method,
  };
}
