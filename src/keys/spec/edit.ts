import type { Path } from '../../diagnostics/diagnostic.ts';
import type { SourceFile } from '../../diagnostics/source-file.ts';
import { entryOf, type ValueNode } from '../../source/value-node.ts';
import type { Attempt, Problem } from '../problem.ts';
import { fromOutside, sharedPlace, unknownClient } from '../refusals.ts';
import type { KeyMap } from './key-map.ts';
import { findShared, followPath, openYaml } from './open-yaml.ts';
import { readClients, type SpecClient } from './read-clients.ts';

/** A file of the spec, and its text after an edit. */
export interface SpecEdit {
  readonly source: SourceFile;
  readonly text: string;
  /** When the new key ends, in seconds since 1970. */
  readonly ends?: number | undefined;
  /** Whether the gateway gets a file of clients that it has not had, or loses the one it has: it watches no others. */
  readonly needsReload?: boolean;
}

/** The file in which the clients of a map are written, or would be. */
export function sourceOf(map: KeyMap): SourceFile {
  const last = map.node.entries.at(-1)?.keySpan ?? map.node.span;
  return (map.clientsEntry?.value.span ?? last).source;
}

export function mapPath(map: KeyMap): Path {
  return ['key_maps', map.name];
}

export function clientPath(map: KeyMap, client: SpecClient): Path {
  return [...mapPath(map), 'clients', client.index];
}

export function findClient(map: KeyMap, id: string): Attempt<SpecClient> {
  const clients = readClients(map.clients);
  const client = clients.find((each) => each.id === id);
  if (client === undefined)
    return { problem: unknownClient(id, { known: clients.map((each) => each.id), where: map.name }) };
  const idNode = entryOf(client.node, 'id')?.value;
  const outside = idNode && findOutside(idNode);
  return outside === undefined ? { value: client } : { problem: outside };
}

export function findKeyOwner(map: KeyMap, hash: string): SpecClient | undefined {
  return readClients(map.clients).find(({ keys }) => keys.some((key) => key.hash === hash));
}

/** Why an edit at a path would change more than that place; `inside` are the marks that matter in the value itself. */
export function findBlocked(
  source: SourceFile,
  path: Path,
  inside: 'nothing' | 'anchors' | 'everything',
): Problem | undefined {
  const found = followPath(openYaml(source.text), path);
  const whole = 'node' in found && inside !== 'nothing' ? findShared(found.node, inside) : found;
  return 'shared' in whole ? sharedPlace(whole.by, { source, ...whole.shared }) : undefined;
}

/** Why a value cannot be edited that comes from the environment or a file. */
export function findOutside(node: ValueNode): Problem | undefined {
  if (node.kind === 'scalar') return node.origin === undefined ? undefined : fromOutside(node.origin, node.span);
  const parts = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
  for (const part of parts) {
    const found = findOutside(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
