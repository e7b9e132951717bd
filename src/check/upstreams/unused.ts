import { suggest } from '../../diagnostics/suggest.ts';
import { usedUpstreams } from '../../gateway/common/targets.ts';
import type { Check } from '../common/rule.ts';

/** OC3007: an upstream that no route leads to, unless a route misspells it, which is reported where it does. */
export const checkUnusedUpstreams: Check = (gateway, sink) => {
  const names = gateway.upstreams.map((upstream) => upstream.name);
  const used = new Set(usedUpstreams(gateway));
  for (const name of [...used]) {
    const meant = names.includes(name) ? undefined : suggest(name, names);
    if (meant !== undefined) used.add(meant);
  }
  for (const upstream of gateway.upstreams) {
    if (!used.has(upstream.name))
      sink.warning('OC3007', upstream.at, { part: 'key', message: `upstream \`${upstream.name}\` is never used` });
  }
};
