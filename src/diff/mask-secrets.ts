import { escapeRegex, literal, luaString, mapKey, mapRegex, text as textToken, yamlString } from '../nginx/token.ts';
import { hashText } from '../output/manifest.ts';
import type { PlainValue } from '../source/value-node.ts';
import type { Change } from './common/change.ts';
import type { PublicModel } from './common/public-model.ts';
import { secretName } from './common/secret-name.ts';
import { maskHashes } from './mask-hashes.ts';
import { findTextPlaces, keyOfPlace, type Origins } from './secret-places.ts';

interface MaskSide {
  readonly model: PublicModel;
  /** Empty for a manifest, which does not tell where values came from. */
  readonly origins: Origins;
}

export interface Masks {
  readonly before: MaskSide;
  readonly after: MaskSide;
}

/** Stands for an origin that is not known, or for a text of the spec where a secret was or will be. */
const hidden = 'hidden';

/** The values of these changes by where they came from, each with a fingerprint, so that a new value still shows. */
export function maskChanges(changes: readonly Change[], masks: Masks): readonly Change[] {
  const oldNames = new Map(
    changes.flatMap(({ object, field, before }) =>
      field === 'name' ? [[object, `${object.replace(/ .*/s, '')} ${String(before)}`] as const] : [],
    ),
  );
  return changes.map((change) => {
    if (change.field === null) return change;
    const was = originAt(masks.before, { ...change, object: oldNames.get(change.object) ?? change.object });
    const now = originAt(masks.after, change);
    if (was === undefined && now === undefined) return maskCommand(change, masks);
    const before = maskValue(change.before, was ?? hidden);
    const after = maskValue(change.after, now ?? hidden);
    return { ...change, before, after, text: { before: before ?? 'none', after: after ?? 'none' } };
  });
}

/** A container that comes or goes is told whole, its command included. */
function maskCommand(change: Change, masks: Masks): Change {
  const origin = (side: MaskSide) => originAt(side, { object: change.object, field: `${change.field}.command` });
  const mask = (value: PlainValue, from: string | undefined): PlainValue =>
    from !== undefined && value !== null && typeof value === 'object' && 'command' in value
      ? { ...value, command: maskValue(value.command ?? null, from) }
      : value;
  return {
    ...change,
    before: mask(change.before, origin(masks.before)),
    after: mask(change.after, origin(masks.after)),
  };
}

/** Text with the same values masked, and hashes of keys and passwords; `isMasked` says whether there were any, so that it is no longer the real text. */
export function createTextMask(masks: Masks): (text: string) => { readonly text: string; readonly isMasked: boolean } {
  const secrets = new Map<string, string>();
  for (const [side, other] of [
    [masks.before, masks.after],
    [masks.after, masks.before],
  ] as const) {
    for (const place of findTextPlaces(side.model)) {
      const origin = originAt(side, place) ?? (originAt(other, place) && hidden);
      if (origin === undefined) continue;
      for (const text of place.texts) {
        if (text.length < shortestSecret) continue;
        for (const written of waysToWrite(text)) secrets.set(written, maskText(text, origin));
      }
    }
  }
  const longestFirst = [...secrets].sort(([a], [b]) => b.length - a.length);
  return (text) => {
    const masked = maskHashes(
      longestFirst.reduce((result, [secret, mask]) => result.replaceAll(secret, () => mask), text),
    );
    return { text: masked, isMasked: masked !== text };
  };
}

/** Shorter texts are found everywhere in a configuration, and are no secrets. */
const shortestSecret = 4;

/** As it is, and as it is written in nginx's configuration, in its regular expressions, in JSON, YAML and Lua. */
function waysToWrite(text: string): readonly string[] {
  const writers = [literal, textToken, mapKey, luaString, yamlString, (value: string) => mapRegex(escapeRegex(value))];
  const written = writers.flatMap((write) => {
    try {
      return [write(text).written];
    } catch {
      // What a writer refuses, it has not written.
      return [];
    }
  });
  return [...new Set([text, JSON.stringify(text), ...written].map((form) => form.replace(/^"(.*)"$/s, '$1')))];
}

function originAt(
  side: MaskSide,
  place: { readonly object: string; readonly field: string | null },
): string | undefined {
  const known = side.origins.get(keyOfPlace(place));
  if (known !== undefined) return known;
  const name = /^(?:request_headers|response_headers|match\.(?:header|query)|credential\..*headers)\.(.+)$/.exec(
    place.field ?? '',
  )?.[1];
  return name !== undefined && secretName.test(name) ? hidden : undefined;
}

function maskValue(value: PlainValue, origin: string): string | null {
  if (value === null || (Array.isArray(value) && value.length === 0)) return null;
  const header = typeof value === 'object' && 'value' in value ? value.value : value;
  return maskText(typeof header === 'string' ? header : JSON.stringify(header), origin);
}

/** Eight digits tell a rotation and are far too few to find the secret by. */
function maskText(text: string, origin: string): string {
  return `${origin} (${hashText(text).slice(0, 'sha256:'.length + 8)})`;
}
