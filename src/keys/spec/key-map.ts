import type { z } from 'zod';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import { keyMapSection } from '../../language/callers/authentication.ts';
import { issueToDiagnostics } from '../../language/common/issue-to-diagnostics.ts';
import {
  entryOf,
  type ListNode,
  type MapEntry,
  type MapNode,
  toPlain,
  type ValueNode,
} from '../../source/value-node.ts';
import type { Attempt } from '../problem.ts';

/** One of a spec's `key_maps`. */
export interface KeyMap {
  readonly name: string;
  readonly node: MapNode;
  readonly clients: ListNode | undefined;
  /** The `clients` as written, be it empty; undefined when there is none. */
  readonly clientsEntry: MapEntry | undefined;
  /** The key file that the gateway watches beside them. */
  readonly file: string | undefined;
}

/** The maps of a spec as far as they are any, and what is wrong with them. */
export function readKeyMaps(root: MapNode): {
  readonly maps: readonly KeyMap[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const section = entryOf(root, 'key_maps')?.value;
  const entries = section?.kind === 'map' ? section.entries : [];
  return {
    maps: entries.flatMap(({ key, value }) => (value.kind === 'map' ? [readKeyMap(key, value)] : [])),
    diagnostics: entries.flatMap(({ key, value }) => checkKeyMap(root, key, value)),
  };
}

function readKeyMap(name: string, node: MapNode): KeyMap {
  const clientsEntry = entryOf(node, 'clients');
  const clients = clientsEntry?.value.kind === 'list' ? clientsEntry.value : undefined;
  const file = entryOf(node, 'file')?.value;
  return {
    name,
    node,
    clients,
    clientsEntry,
    file: file?.kind === 'scalar' && typeof file.value === 'string' ? file.value : undefined,
  };
}

/** A list of clients that waits for its first one is no mistake here. */
function checkKeyMap(root: MapNode, name: string, node: ValueNode): readonly Diagnostic[] {
  const whole = node.kind === 'map' ? { ...node, entries: node.entries.filter((entry) => !isEmptyList(entry)) } : node;
  const result = keyMapSection.safeParse(toPlain(whole));
  if (result.success) return [];
  return result.error.issues.flatMap((issue) =>
    issueToDiagnostics(issue as z.core.$ZodIssue, root, ['key_maps', name]),
  );
}

function isEmptyList({ key, value }: MapEntry): boolean {
  if (key !== 'clients') return false;
  return value.kind === 'list' ? value.items.length === 0 : value.kind === 'scalar' && value.value === null;
}

/** The map of that name, or the only one. */
export function chooseKeyMap(maps: readonly KeyMap[], wanted: string | undefined): Attempt<KeyMap> {
  const names = maps.map(({ name }) => name);
  const found = wanted === undefined && maps.length === 1 ? maps[0] : maps.find(({ name }) => name === wanted);
  if (found !== undefined) return { value: found };
  if (maps.length === 0)
    return {
      problem: {
        kind: 'wrong',
        message: 'the spec has no `key_maps`',
        help: 'write one, such as `key_maps: { apps: { from: bearer } }`, or name a key file with `--key-file`',
      },
    };
  const known = `key maps: ${names.join(', ')}`;
  if (wanted === undefined)
    return {
      problem: { kind: 'wrong', message: 'the spec has several `key_maps`', help: `name one with \`--map\`; ${known}` },
    };
  const near = suggest(wanted, names);
  return {
    problem: {
      kind: 'wrong',
      message: `unknown key map \`${wanted}\``,
      help: near === undefined ? known : `did you mean \`${near}\`? ${known}`,
    },
  };
}
