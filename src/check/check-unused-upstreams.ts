import type { Check } from './check.ts';

/** OC3007: an upstream that no route leads to. */
export const checkUnusedUpstreams: Check = (gateway, sink) => {
  const used = new Set(gateway.routes.map((route) => route.upstream));
  for (const upstream of gateway.upstreams) {
    if (!used.has(upstream.name))
      sink.warning('OC3007', upstream.at, { part: 'key', message: `upstream \`${upstream.name}\` is never used` });
  }
};
