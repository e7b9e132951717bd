import type { Path } from '../../diagnostics/diagnostic.ts';
import type { Gateway, Route } from '../../gateway/common/gateway.ts';
import type { CheckSink } from '../common/rule.ts';

/** A list of limits as it was written: the server's stands for all routes that have none of their own. */
export interface WrittenLimits {
  readonly at: Path;
  readonly names: readonly string[];
}

/** Every list of limits in the spec, the server's first. */
export function writtenLimits({ server, routes }: Gateway, sink: CheckSink): readonly WrittenLimits[] {
  return [
    { at: ['server', 'limits'], names: server.limits },
    ...routes.map(({ at, limits }) => ({ at: [...at, 'limits'], names: limits })),
  ].filter(({ at }) => sink.has(at));
}

/** Where a route was given a limit: by itself, or by the server. */
export function placeOfLimit(route: Route, name: string, sink: CheckSink): Path {
  const own = [...route.at, 'limits'];
  return sink.placeOf(sink.has(own) ? own : ['server', 'limits'], (text) => text === name);
}
