import type { CST, YAMLMap, YAMLSeq } from 'yaml';
import { insertLines, lineStart, removeLines, type Splice } from '../splice.ts';
import { itemRange } from './yaml-range.ts';

/** Puts lines behind the last item or entry, in the column of the first; further lines are indented by themselves. */
export function appendToBlock(
  text: string,
  collection: YAMLMap | YAMLSeq,
  lines: readonly string[],
): readonly Splice[] {
  const { start, end } = itemRange(text, collection);
  const indent = indentOf(text, start);
  return [
    insertLines(
      text,
      end,
      lines.map((line) => indent + line),
    ),
  ];
}

/** Takes the lines of an item or entry away, with a comment behind it; comments above and below stay. */
export function removeFromBlock(text: string, collection: YAMLMap | YAMLSeq, index: number): readonly Splice[] {
  const { start, end } = itemRange(text, collection.items[index]);
  return [removeLines(text, { start: dashOf(collection, index) ?? start, end })];
}

/** The blanks that bring a line to the column of an offset. */
export function indentOf(text: string, at: number): string {
  return ' '.repeat(at - lineStart(text, at));
}

/** Where the `-` of an item stands, which may be lines above what it holds. */
export function dashOf(collection: YAMLMap | YAMLSeq, index: number): number | undefined {
  const token = collection.srcToken as CST.BlockSequence | CST.BlockMap | undefined;
  if (token?.type !== 'block-seq') return undefined;
  const dashes = token.items.flatMap(({ start }) => start.filter(({ type }) => type === 'seq-item-ind'));
  return dashes[index]?.offset;
}
