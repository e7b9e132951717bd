import type { Path } from '../../diagnostics/diagnostic.ts';
import type { KeyClient, KeyMap } from '../../gateway/common/authentication.ts';
import { placeOfItem } from '../../gateway/common/place-of-item.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { wellKnownKey } from './well-known-keys.ts';

interface PlacedKey {
  readonly map: KeyMap;
  readonly client: KeyClient;
  readonly at: Path;
}

/** OC3020 and OC3021: a key that does not tell who is calling, because two have it or everybody knows it. */
export const checkClientKeys: Check = (gateway, sink) => {
  const first = new Map<string, PlacedKey>();
  for (const map of gateway.keyMaps)
    for (const client of map.clients)
      for (const [index, { hash }] of client.keys.entries()) {
        const at = placeOfItem(sink, { list: [...client.at, 'key'], index, field: 'hash' });
        const key = { map, client, at };
        rejectWellKnown(hash, key, sink);
        const earlier = first.get(hash);
        if (earlier === undefined) first.set(hash, key);
        else reportShared(key, earlier, sink);
      }
};

function rejectWellKnown(hash: string, { client, at }: PlacedKey, sink: CheckSink): void {
  const key = wellKnownKey(hash);
  if (key === undefined) return;
  sink.error('OC3021', at, {
    message: `the key of \`${client.id}\` is the hash of ${key === '' ? 'an empty text' : `\`${key}\``}`,
    help: '`openclaw keys generate` makes a key that nobody can guess',
  });
}

/** Within a map it would be chance who is calling; two maps may know the same caller by the same key. */
function reportShared({ map, client, at }: PlacedKey, earlier: PlacedKey, sink: CheckSink): void {
  const related = [{ message: 'first here', path: earlier.at }];
  if (earlier.client === client)
    sink.error('OC3020', at, {
      message: `\`${client.id}\` has this key twice`,
      help: 'leave one of them out',
      related,
    });
  else if (earlier.map === map)
    sink.error('OC3020', at, {
      message: `\`${earlier.client.id}\` and \`${client.id}\` have the same key`,
      help: 'every client has a key of its own',
      related,
    });
  else
    sink.warning('OC3020', at, {
      message: `\`${earlier.client.id}\` of \`${earlier.map.name}\` and \`${client.id}\` of \`${map.name}\` have the same key`,
      help: 'who has it is either, as the route asks; give each a key of its own',
      related,
    });
}
