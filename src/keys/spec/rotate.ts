import { isMap } from 'yaml';
import { entryOf, type PlainValue } from '../../source/value-node.ts';
import { narrowTimes, timesOfRights } from '../key-times.ts';
import { parseMoment } from '../moments.ts';
import { planRotation, type RotationPlan, type RotationRequest } from '../plan-rotation.ts';
import type { Attempt } from '../problem.ts';
import { sameKey } from '../refusals.ts';
import { clientPath, findBlocked, findClient, findKeyOwner, findOutside, type SpecEdit, sourceOf } from './edit.ts';
import type { KeyMap } from './key-map.ts';
import { followPath, openYaml } from './open-yaml.ts';
import { isPlainMap, withEntry } from './plain-data.ts';
import { rotateKeyText } from './rotate-key-text.ts';
import { verifyEdit } from './verify-edit.ts';
import { styleOfClient } from './write-client.ts';

/** Gives a client one more key, and lets the old ones end. */
export function rotateInSpec(
  map: KeyMap,
  request: RotationRequest & { readonly id: string; readonly hash: string },
): Attempt<SpecEdit> {
  const { id, hash } = request;
  const found = findClient(map, id);
  if ('problem' in found) return found;
  const client = found.value;
  const owner = findKeyOwner(map, hash);
  if (owner !== undefined) return { problem: sameKey(owner.id, owner.idSpan) };
  const source = sourceOf(map);
  const path = [...clientPath(map, client), 'key'];
  const key = entryOf(client.node, 'key')?.value;
  const blocked = findBlocked(source, path, 'everything') ?? (key && findOutside(key));
  if (blocked !== undefined) return { problem: blocked };
  const planned = planRotation(id, client.keys, request);
  if ('problem' in planned) return planned;
  const plan = planned.value;
  const node = followPath(openYaml(source.text), clientPath(map, client));
  if (!('node' in node) || !isMap(node.node)) throw new Error('a client is no mapping');
  const style = styleOfClient(source.text, node.node);
  const verified = verifyEdit({
    source,
    text: rotateKeyText(source.text, path, { plan, hash, style }),
    path,
    change: (before) => rotated(before, plan, hash),
  });
  if ('problem' in verified) return verified;
  const ends = narrowTimes(
    { from: undefined, until: parseMoment(plan.notAfter ?? '') },
    timesOfRights(client.rights),
  ).until;
  return { value: { source, text: verified.value, ends } };
}

function rotated(before: PlainValue, { fates, end, notAfter }: RotationPlan, hash: string): PlainValue {
  const bare = `sha256:${hash}`;
  const added = notAfter === undefined ? bare : withEntry(withEntry({}, 'hash', bare), 'not_after', notAfter);
  const isList = Array.isArray(before);
  const old: readonly PlainValue[] = isList ? before : [before];
  const left = old.flatMap((key, index) => {
    if (fates[index] === 'keep') return [key];
    if (fates[index] === 'remove') return [];
    return [withEntry(isPlainMap(key) ? key : withEntry({}, 'hash', key), 'not_after', end)];
  });
  return left.length === 0 && !isList ? added : [...left, added];
}
