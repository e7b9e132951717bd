/**
 * The known name that was probably meant, or nothing: a wrong suggestion is worse than none, because it gets followed.
 * Distance is optimal string alignment (insert, delete, replace, swap neighbours), ignoring case.
 */
export function suggest(given: string, known: readonly string[]): string | undefined {
  if (given.length > longestName) return undefined;
  const wanted = given.toLowerCase();
  const limit = given.length <= 4 ? 1 : given.length <= 8 ? 2 : 3;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    if (name === given) continue;
    const candidate = name.toLowerCase();
    const distance = editDistance(wanted, candidate, limit);
    if (distance > limit || distance >= Math.min(wanted.length, candidate.length)) continue;
    if (best && (distance > best.distance || (distance === best.distance && name >= best.name))) continue;
    best = { name, distance };
  }
  return best?.name;
}

/** Nobody mistypes a name of this length; the work grows with its square. */
const longestName = 100;

/** Gives up with `limit + 1` as soon as the distance is sure to be larger than the limit. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, at(beforePrevious, column - 2) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, right.length);
}

function at(costs: readonly number[], column: number): number {
  return costs[column] ?? Number.POSITIVE_INFINITY;
}
