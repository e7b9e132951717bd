import { isMap, isSeq } from 'yaml';
import { entryOf } from '../../source/value-node.ts';
import type { Attempt } from '../problem.ts';
import { findByPrefix, lastOfMap } from '../refusals.ts';
import { applySplices, type Splice } from '../splice.ts';
import { clientPath, findBlocked, findClient, findOutside, mapPath, type SpecEdit, sourceOf } from './edit.ts';
import { removeFromBlock } from './edit-block.ts';
import { removeFromFlow } from './edit-flow.ts';
import type { KeyMap } from './key-map.ts';
import { followPath, openYaml } from './open-yaml.ts';
import { listOf, valueUnder, withEntry } from './plain-data.ts';
import type { SpecClient } from './read-clients.ts';
import { removeKeyText } from './rotate-key-text.ts';
import { verifyEdit } from './verify-edit.ts';

/** Removes a client, or the one of its keys whose hash starts so; a client goes with its last key. */
export function revokeInSpec(
  map: KeyMap,
  request: { readonly id: string; readonly prefix: string | undefined },
): Attempt<SpecEdit> {
  const { id, prefix } = request;
  const found = findClient(map, id);
  if ('problem' in found) return found;
  const client = found.value;
  if (prefix === undefined) return removeClient(map, client);
  const key = entryOf(client.node, 'key')?.value;
  const outside = key && findOutside(key);
  if (outside !== undefined) return { problem: outside };
  const chosen = findByPrefix(id, client.keys, prefix);
  if ('problem' in chosen) return chosen;
  const index = client.keys.findIndex(({ hash }) => hash === chosen.value[0]?.hash);
  return client.keys.length === 1 ? removeClient(map, client) : removeKey(map, client, index);
}

function removeKey(map: KeyMap, client: SpecClient, index: number): Attempt<SpecEdit> {
  const source = sourceOf(map);
  const path = [...clientPath(map, client), 'key'];
  const blocked = findBlocked(source, path, 'everything');
  if (blocked !== undefined) return { problem: blocked };
  const verified = verifyEdit({
    source,
    text: removeKeyText(source.text, path, index),
    path,
    change: (before) => listOf(before).filter((_, each) => each !== index),
  });
  return 'problem' in verified ? verified : { value: { source, text: verified.value } };
}

function removeClient(map: KeyMap, client: SpecClient): Attempt<SpecEdit> {
  const isLast = map.clients?.items.length === 1;
  if (isLast && map.file === undefined) return { problem: lastOfMap(client.id, map.name, client.idSpan) };
  const source = sourceOf(map);
  const list = [...mapPath(map), 'clients'];
  const blocked = findBlocked(source, isLast ? list : clientPath(map, client), 'anchors');
  if (blocked !== undefined) return { problem: blocked };
  const verified = verifyEdit({
    source,
    text: applySplices(source.text, cutClient(source.text, map, isLast ? undefined : client.index)),
    path: mapPath(map),
    change: (before) => {
      const left = listOf(valueUnder(before, 'clients')).filter((_, index) => index !== client.index);
      return withEntry(before, 'clients', isLast ? undefined : left);
    },
  });
  return 'problem' in verified ? verified : { value: { source, text: verified.value, needsReload: isLast } };
}

/** Without an index, the whole `clients`. */
function cutClient(text: string, map: KeyMap, index: number | undefined): readonly Splice[] {
  const found = followPath(openYaml(text), mapPath(map));
  const node = 'node' in found ? found.node : undefined;
  if (!isMap(node)) throw new Error('a key map is no mapping');
  const clients = node.get('clients', true);
  if (!isSeq(clients)) throw new Error('clients are no list');
  if (index !== undefined)
    return clients.flow ? removeFromFlow(text, clients, index) : removeFromBlock(text, clients, index);
  const entry = node.items.findIndex(({ value }) => value === clients);
  return node.flow ? removeFromFlow(text, node, entry) : removeFromBlock(text, node, entry);
}
