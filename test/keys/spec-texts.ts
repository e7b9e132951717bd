import { expect } from 'vitest';
import type { Attempt } from '../../src/keys/problem.ts';
import type { Right } from '../../src/keys/right-names.ts';
import { addToSpec } from '../../src/keys/spec/add.ts';
import type { SpecEdit } from '../../src/keys/spec/edit.ts';
import { chooseKeyMap, type KeyMap, readKeyMaps } from '../../src/keys/spec/key-map.ts';
import { revokeInSpec } from '../../src/keys/spec/revoke.ts';
import { rotateInSpec } from '../../src/keys/spec/rotate.ts';
import { parseYaml } from '../../src/source/parse-yaml.ts';
import { maxNodes } from '../../src/source/to-value-node.ts';

/** Digits of hashes that tests can tell apart. */
export const [a, b, c, fresh] = ['a', 'b', 'c', 'f'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
  string,
];

export const now = new Date('2027-01-10T08:00:00Z');

export const week = 604_800_000;

/** The only key map of a spec without references and includes. */
function keyMapOf(text: string): KeyMap {
  const { value, diagnostics } = parseYaml(text, 'openclaw.yaml', { left: maxNodes });
  expect(diagnostics).toEqual([]);
  const read = readKeyMaps(value ?? expect.fail('no spec'));
  expect(read.diagnostics).toEqual([]);
  const chosen = chooseKeyMap(read.maps, undefined);
  return 'value' in chosen ? chosen.value : expect.fail(chosen.problem.message);
}

export function add(text: string, id: string, rights: readonly Right[] = []): string {
  return textOf(addToSpec(keyMapOf(text), { id, hash: fresh, rights }));
}

export function rotate(
  text: string,
  id: string,
  more: { readonly overlap?: number; readonly notAfter?: string; readonly hash?: string } = {},
): string {
  return textOf(rotateInSpec(keyMapOf(text), { id, hash: fresh, now, overlap: week, notAfter: undefined, ...more }));
}

export function revoke(text: string, id: string, prefix?: string): string {
  return textOf(revokeInSpec(keyMapOf(text), { id, prefix }));
}

function textOf(attempt: Attempt<SpecEdit>): string {
  return 'value' in attempt ? attempt.value.text : expect.fail(attempt.problem.message);
}

/** A spec whose hashes are written short: `sha256:A` stands for 64 times `a`. */
export function long(text: string): string {
  return text.replace(/sha256:([A-F])(?![A-F])/g, (_, digit: string) => `sha256:${digit.toLowerCase().repeat(64)}`);
}
