import { coversPattern } from '../common/coverage.ts';

/** Whether some name fits both; in each, `*` stands for any characters. */
export function doModelsOverlap(one: string, other: string): boolean {
  if (!one.includes('*')) return coversPattern(other, one);
  if (!other.includes('*')) return coversPattern(one, other);
  // Between what they begin and end with, all the rest of both has room.
  const [start, otherStart] = [one, other].map((pattern) => pattern.slice(0, pattern.indexOf('*'))) as [string, string];
  const [end, otherEnd] = [one, other].map((pattern) => pattern.slice(pattern.lastIndexOf('*') + 1)) as [
    string,
    string,
  ];
  return (
    (start.startsWith(otherStart) || otherStart.startsWith(start)) && (end.endsWith(otherEnd) || otherEnd.endsWith(end))
  );
}
