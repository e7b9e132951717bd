import { isMap, isSeq } from 'yaml';
import type { PlainValue } from '../../source/value-node.ts';
import { timesOfRights } from '../key-times.ts';
import type { Attempt } from '../problem.ts';
import { alreadyThere, sameKey } from '../refusals.ts';
import { applySplices, insert, insertLines, type Splice } from '../splice.ts';
import { findBlocked, findKeyOwner, mapPath, type SpecEdit, sourceOf } from './edit.ts';
import { appendToBlock, indentOf } from './edit-block.ts';
import { appendToFlow } from './edit-flow.ts';
import type { KeyMap } from './key-map.ts';
import { followPath, openYaml } from './open-yaml.ts';
import { listOf, valueUnder, withEntry } from './plain-data.ts';
import { readClients } from './read-clients.ts';
import { verifyEdit } from './verify-edit.ts';
import { type NewClient, styleOfList, writeClient, writeClientLines } from './write-client.ts';
import { itemRange } from './yaml-range.ts';
import { quoteOf, writeText } from './yaml-text.ts';

/** Puts a new client behind those of a map, written as they are. */
export function addToSpec(map: KeyMap, client: NewClient): Attempt<SpecEdit> {
  const known = readClients(map.clients).find(({ id }) => id === client.id);
  if (known !== undefined) return { problem: alreadyThere(known.id, known.idSpan) };
  const owner = findKeyOwner(map, client.hash);
  if (owner !== undefined) return { problem: sameKey(owner.id, owner.idSpan) };
  const source = sourceOf(map);
  const path = map.clientsEntry === undefined ? mapPath(map) : [...mapPath(map), 'clients'];
  const blocked = findBlocked(source, path, 'nothing');
  if (blocked !== undefined) return { problem: blocked };
  const added = plainClient(client);
  const verified = verifyEdit({
    source,
    text: applySplices(source.text, insertClient(source.text, map, client)),
    path: mapPath(map),
    change: (before) => withEntry(before, 'clients', [...listOf(valueUnder(before, 'clients')), added]),
  });
  if ('problem' in verified) return verified;
  const needsReload = (map.clients?.items.length ?? 0) === 0;
  return { value: { source, text: verified.value, ends: timesOfRights(client.rights).until, needsReload } };
}

function plainClient({ id, hash, rights }: NewClient): PlainValue {
  const bare = withEntry(withEntry({}, 'id', id), 'key', `sha256:${hash}`);
  return rights.reduce((map, [name, value]) => withEntry(map, name, value), bare);
}

function insertClient(text: string, map: KeyMap, client: NewClient): readonly Splice[] {
  const found = followPath(openYaml(text), mapPath(map));
  const node = 'node' in found ? found.node : undefined;
  if (!isMap(node)) throw new Error('a key map is no mapping');
  const clients = node.get('clients', true);
  const list = isSeq(clients) ? clients : undefined;
  const style = styleOfList(text, list, quoteOf(node.items[0]?.key));
  if (list !== undefined)
    return list.flow
      ? appendToFlow(text, list, writeClient(client, style))
      : appendToBlock(text, list, writeClientLines(client, style));
  const flowList = `[${writeClient(client, style)}]`;
  if (map.clientsEntry !== undefined) {
    const { start, end } = itemRange(text, clients);
    if (start < end) return [{ start, end, text: flowList }];
    if (node.flow) return [insert(start, ` ${flowList}`)];
    const key = itemRange(text, node.items.find((pair) => pair.value === clients)?.key);
    const indent = `${indentOf(text, key.start)}  `;
    const lines = writeClientLines(client, style).map((line) => indent + line);
    return [insertLines(text, key.end, lines)];
  }
  const name = writeText('clients', style.keyQuote);
  if (node.flow)
    return appendToFlow(text, node, node.items.length === 0 ? ` ${name}: ${flowList} ` : `${name}: ${flowList}`);
  return appendToBlock(text, node, [`${name}:`, ...writeClientLines(client, style).map((line) => `  ${line}`)]);
}
