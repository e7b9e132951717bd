import type { Path } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/source-file.ts';
import { entryOf, type PlainValue, type ValueNode } from '../source/value-node.ts';
import { insertClientText, removeClientText } from './client-text.ts';
import type { KeyMap } from './key-map.ts';
import { findShared, followPath, openYaml } from './open-yaml.ts';
import { planRotation, type RotationPlan, type RotationRequest } from './plan-rotation.ts';
import type { Attempt } from './problem.ts';
import { readClients, type SpecClient } from './read-clients.ts';
import {
  alreadyThere,
  findByPrefix,
  fromElsewhere,
  lastOfMap,
  sameKey,
  sharedPlace,
  unknownClient,
} from './refusals.ts';
import { removeKeyText, rotateKeyText } from './rotate-key-text.ts';
import { verifyEdit } from './verify-edit.ts';
import { type NewClient, styleOfClient } from './write-client.ts';
import { isMap } from 'yaml';

/** A file of the spec, and its text after an edit. */
export interface SpecEdit {
  readonly source: SourceFile;
  readonly text: string;
}

/** Puts a new client behind those of a map. */
export function addToSpec(map: KeyMap, client: NewClient): Attempt<SpecEdit> {
  const clients = readClients(map.clients);
  const known = clients.find(({ id }) => id === client.id);
  if (known !== undefined) return { problem: alreadyThere(known.id, known.idSpan) };
  const taken = keyOwner(clients, client.hash);
  if (taken !== undefined) return { problem: sameKey(taken.id, taken.idSpan) };
  const source = sourceOf(map);
  const mapPath: Path = ['key_maps', map.name];
  const path = map.clientsEntry === undefined ? mapPath : [...mapPath, 'clients'];
  const blocked = findBlocked(source, path);
  if (blocked !== undefined) return blocked;
  const text = insertClientText(source.text, mapPath, client);
  const written = {
    id: client.id,
    key: `sha256:${client.hash}`,
    ...Object.fromEntries(client.rights),
  };
  return finish({
    source,
    text,
    path: mapPath,
    change: (before) => with_(before, 'clients', [...listOf(valueOf(before, 'clients')), plainMap(written)]),
  });
}

/** Gives a client one more key, and lets the old ones end. */
export function rotateInSpec(
  map: KeyMap,
  request: RotationRequest & { readonly id: string; readonly hash: string },
): Attempt<SpecEdit> {
  const clients = readClients(map.clients);
  const found = findClient(map, clients, request.id);
  if ('problem' in found) return found;
  const client = found.value;
  const taken = keyOwner(clients, request.hash);
  if (taken !== undefined) return { problem: sameKey(taken.id, taken.idSpan) };
  const source = sourceOf(map);
  const clientPath = pathOf(map, client);
  const path = [...clientPath, 'key'];
  const blocked = findBlocked(source, path) ?? findOutside(client, ['key']);
  if (blocked !== undefined) return blocked;
  const plan = planRotation(client.id, client.keys, request);
  if ('problem' in plan) return plan;
  const node = followPath(openYaml(source.text), clientPath);
  if (!('node' in node) || !isMap(node.node)) throw new Error('a client is no mapping');
  const style = styleOfClient(source.text, node.node);
  const text = rotateKeyText(source.text, path, { plan: plan.value, hash: request.hash, style });
  return finish({ source, text, path, change: (before) => rotated(before, plan.value, `sha256:${request.hash}`) });
}

/** Removes a client, or the one of its keys that starts with the prefix. */
export function revokeInSpec(
  map: KeyMap,
  request: { readonly id: string; readonly prefix: string | undefined },
): Attempt<SpecEdit> {
  const { id, prefix } = request;
  const clients = readClients(map.clients);
  const found = findClient(map, clients, id);
  if ('problem' in found) return found;
  const client = found.value;
  const chosen = prefix === undefined ? undefined : findByPrefix(id, client.keys, prefix);
  if (chosen !== undefined && 'problem' in chosen) return chosen;
  const source = sourceOf(map);
  const gone = chosen?.value[0];
  if (gone !== undefined && client.keys.length > 1) {
    const path = [...pathOf(map, client), 'key'];
    const blocked = findBlocked(source, path);
    if (blocked !== undefined) return blocked;
    const index = client.keys.indexOf(gone);
    const text = removeKeyText(source.text, path, index);
    return finish({
      source,
      text,
      path,
      change: (before) => listOf(before).filter((_, each) => each !== index),
    });
  }
  const isLast = map.clients?.items.length === 1;
  if (isLast && map.file === undefined) return { problem: lastOfMap(id, map.name, client.idSpan) };
  const mapPath: Path = ['key_maps', map.name];
  const blocked = findBlocked(source, isLast ? [...mapPath, 'clients'] : pathOf(map, client), 'whole');
  if (blocked !== undefined) return blocked;
  const text = removeClientText(source.text, mapPath, client.index);
  const left = (before: PlainValue) => listOf(valueOf(before, 'clients')).filter((_, index) => index !== client.index);
  return finish({
    source,
    text,
    path: mapPath,
    change: (before) => (isLast ? with_(before, 'clients', undefined) : with_(before, 'clients', left(before))),
  });
}
