import type { KeyClient, KeyMap } from '../../gateway/common/authentication.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3015 and OC3001: key maps without clients, and clients that are there twice. */
export const checkKeyMaps: Check = (gateway, sink) => {
  for (const map of gateway.keyMaps) {
    if (map.clients.length === 0 && map.file === null)
      sink.error('OC3015', map.at, {
        part: 'key',
        message: `key map \`${map.name}\` has no clients`,
        help: 'add `clients`, such as `[{ id: mobile, key: sha256:… }]`, or a `file` with keys',
      });
    rejectRepeated(map, sink);
  }
};

function rejectRepeated(map: KeyMap, sink: CheckSink): void {
  const first = new Map<string, KeyClient>();
  for (const client of map.clients) {
    const earlier = first.get(client.id);
    if (earlier === undefined) first.set(client.id, client);
    else
      sink.error('OC3001', [...client.at, 'id'], {
        message: `client \`${client.id}\` is there twice`,
        help: 'one client can have several keys: `key: [sha256:…, sha256:…]`',
        related: [{ message: 'first here', path: [...earlier.at, 'id'] }],
      });
  }
}
