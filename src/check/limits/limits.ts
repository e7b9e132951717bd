import { suggest } from '../../diagnostics/suggest.ts';
import { listNames } from '../common/list-names.ts';
import type { Check } from '../common/rule.ts';
import { writtenLimits } from './places.ts';

/** OC3026 and OC3012: limits that are not there, that no route has, or that one has twice. */
export const checkLimits: Check = (gateway, sink) => {
  const names = gateway.rateZones.map(({ name }) => name);
  const used = new Set<string>();
  for (const list of writtenLimits(gateway, sink)) {
    for (const name of list.names) {
      const near = names.includes(name) ? name : suggest(name, names);
      if (near !== undefined) used.add(near);
      if (near === name) continue;
      const known =
        names.length === 0 ? 'there is none yet; add it to `rate_zones`' : `rate zones: ${listNames(names)}`;
      sink.error(
        'OC3026',
        sink.placeOf(list.at, (text) => text === name),
        {
          message: `unknown rate zone \`${name}\``,
          help: near === undefined ? known : `did you mean \`${near}\`? ${known}`,
        },
      );
    }
    if (sink.has([...list.at, list.names.length]))
      sink.warning('OC3012', list.at, {
        message: 'a limit is named twice',
        help: 'a request is counted once by each limit; leave one of them out',
      });
  }
  for (const { name, at } of gateway.rateZones) {
    if (used.has(name)) continue;
    sink.warning('OC3012', at, {
      part: 'key',
      message: `rate zone \`${name}\` is never used`,
      help: `name it in a route or in \`server\`, such as \`limits: [${name}]\``,
    });
  }
};
