import type { Gateway } from '../../gateway/common/gateway.ts';

/** Query arguments in which the gateway's own clients carry keys: no upstream gets them, whatever the route. */
export function keyArgumentsOf(gateway: Gateway): readonly string[] {
  const methods = [...gateway.keyMaps, ...gateway.tokenIssuers, ...gateway.introspection];
  const names = methods.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === 'query' ? [source.name] : [])),
  );
  return [...new Set(names)].sort();
}

/** Request headers in which they do, besides the usual ones. */
export function keyHeadersOf(gateway: Gateway): readonly string[] {
  const methods = [...gateway.keyMaps, ...gateway.tokenIssuers, ...gateway.introspection];
  const names = methods.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === 'header' ? [source.name] : [])),
  );
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()].sort();
}
