import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { Path } from '../../diagnostics/diagnostic.ts';
import type { RotationPlan } from '../plan-rotation.ts';
import { applySplices, insert, insertLines, lineStart, type Splice } from '../splice.ts';
import { appendToBlock, indentOf, removeFromBlock } from './edit-block.ts';
import { appendToFlow, removeFromFlow } from './edit-flow.ts';
import { followPath, openYaml } from './open-yaml.ts';
import type { ClientStyle } from './write-client.ts';
import { itemRange } from './yaml-range.ts';
import { quoteOf, writeFlowMap, writeText } from './yaml-text.ts';

export interface KeyRotation {
  readonly plan: RotationPlan;
  readonly hash: string;
  readonly style: ClientStyle;
}

/** The text with the `key` of a client rotated: one hash, a mapping with its times, or a list of both. */
export function rotateKeyText(text: string, path: Path, rotation: KeyRotation): string {
  const { plan } = rotation;
  const added = writeNewKey(rotation);
  if (plan.fates.every((fate) => fate === 'remove')) return replaceKeys(text, path, added);
  let result = text;
  const edit = (change: (value: Node) => readonly Splice[]): void => {
    result = applySplices(result, change(valueAt(result, path)));
  };
  if (!isSeq(valueAt(text, path))) {
    if (plan.fates[0] === 'end') edit((value) => endKey(result, value, rotation));
    edit((value) => makeList(result, value, added));
    return result;
  }
  for (const [index, fate] of [...plan.fates.entries()].reverse()) {
    if (fate === 'end') edit((value) => endKey(result, isSeq(value) ? value.items[index] : value, rotation));
    if (fate === 'remove') edit((value) => removeItem(result, value, index));
  }
  edit((value) => {
    if (!isSeq(value)) return [];
    return value.flow ? appendToFlow(result, value, added) : appendToBlock(result, value, [`- ${added}`]);
  });
  return result;
}

/** The text without one key of a list. */
export function removeKeyText(text: string, path: Path, index: number): string {
  return applySplices(text, removeItem(text, valueAt(text, path), index));
}

function valueAt(text: string, path: Path): Node {
  const found = followPath(openYaml(text), path);
  if ('shared' in found) throw new Error('a shared value was not refused');
  return found.node;
}

function writeNewKey({ plan, hash, style }: KeyRotation): string {
  const text = writeText(`sha256:${hash}`, style.hashQuote);
  if (plan.notAfter === undefined) return text;
  return writeFlowMap(
    [
      ['hash', text],
      ['not_after', writeText(plan.notAfter, style.keyQuote)],
    ],
    style,
  );
}

function endKey(text: string, key: unknown, { plan, style }: KeyRotation): readonly Splice[] {
  const end = writeText(plan.end, style.keyQuote);
  if (!isMap(key)) {
    const range = itemRange(text, key);
    const hash = text.slice(range.start, range.end);
    return [
      {
        ...range,
        text: writeFlowMap(
          [
            ['hash', hash],
            ['not_after', end],
          ],
          style,
        ),
      },
    ];
  }
  const value = key.get('not_after', true);
  if (isScalar(value)) return [{ ...itemRange(text, value), text: writeText(plan.end, quoteOf(value)) }];
  return appendEntry(text, key, `${writeText('not_after', quoteOf(key.items[0]?.key))}: ${end}`);
}

function appendEntry(text: string, map: YAMLMap, entry: string): readonly Splice[] {
  return map.flow ? appendToFlow(text, map, entry) : appendToBlock(text, map, [entry]);
}

function removeItem(text: string, value: Node, index: number): readonly Splice[] {
  if (!isSeq(value)) return [];
  return value.flow ? removeFromFlow(text, value, index) : removeFromBlock(text, value, index);
}

/** Makes a list of a single key and one more. */
function makeList(text: string, value: Node, added: string): readonly Splice[] {
  const { start, end } = itemRange(text, value);
  if (!isMap(value) || value.flow) return [insert(start, '['), insert(end, `, ${added}]`)];
  const indent = indentOf(text, start);
  const deeper: Splice[] = [];
  for (let line = lineStart(text, end); line > start; line = lineStart(text, line - 1))
    if (!/[\r\n]/.test(text[line] ?? '')) deeper.push(insert(line, '  '));
  return [insert(start, '- '), ...deeper, insertLines(text, end, [`${indent}- ${added}`])];
}

function replaceKeys(text: string, path: Path, added: string): string {
  const value = valueAt(text, path);
  if (!isSeq(value)) return applySplices(text, [{ ...itemRange(text, value), text: added }]);
  if (value.flow) return applySplices(text, [{ ...itemRange(text, value), text: `[${added}]` }]);
  let result = text;
  for (let index = value.items.length - 1; index > 0; index -= 1) result = removeKeyText(result, path, index);
  return applySplices(result, [{ ...itemRange(result, value.items[0]), text: added }]);
}
