import type { Route } from '../../gateway/common/gateway.ts';
import { upstreamsOf } from '../../gateway/common/targets.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { timeText } from '../common/time-text.ts';

/** OC3024: a route that gives up while its upstream still works. */
export const checkLongestAnswers: Check = (gateway, sink) => {
  const upstreams = new Map(gateway.upstreams.map((upstream) => [upstream.name, upstream]));
  for (const route of gateway.routes) {
    const key = shortest(route);
    const limit = key === 'total' ? (route.timeouts.total ?? 0) : route.timeouts.firstByte;
    for (const name of upstreamsOf(route, gateway)) {
      const upstream = upstreams.get(name);
      const longest = upstream?.longestAnswer ?? null;
      if (upstream === undefined || longest === null || longest <= limit) continue;
      const written = [...upstream.at, 'longest_answer'];
      const place = placeOfLimit(route, key, sink);
      sink.error('OC3024', place ?? written, {
        message: `upstream \`${name}\` works up to ${timeText(longest)}, ${place === undefined ? `route \`${route.name}\`` : 'the route'} gives up after ${timeText(limit)}`,
        help: `write \`${key}: ${timeText(longest)}\` or more under \`timeouts\` of the route`,
        ...(place !== undefined && { related: [{ message: `\`${name}\``, path: written }] }),
      });
    }
  }
};

/** An answer in one piece has its first byte when it is done. */
function shortest({ timeouts: { total, firstByte } }: Route): 'total' | 'first_byte' {
  return total !== null && total < firstByte ? 'total' : 'first_byte';
}

/** Without a `first_byte` of its own a route waits as long as for any other byte. */
function placeOfLimit({ at }: Route, key: 'total' | 'first_byte', sink: CheckSink) {
  const keys = key === 'total' ? [key] : [key, 'idle'];
  return keys.map((each) => [...at, 'timeouts', each]).find((path) => sink.has(path));
}
