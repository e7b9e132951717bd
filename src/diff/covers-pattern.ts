/** Whether a name in which `*` stands for anything covers another one: everything that the other means, it means too. */
export function coversPattern(general: string, special: string): boolean {
  let [at, place, star, restart] = [0, 0, -1, 0];
  while (place < special.length) {
    if (general[at] === '*') [star, restart, at] = [at, place, at + 1];
    // A `*` of the other is any text, which only a `*` covers: it is like a letter here.
    else if (general[at] === special[place]) [at, place] = [at + 1, place + 1];
    else if (star === -1) return false;
    else [at, restart, place] = [star + 1, restart + 1, restart + 1];
  }
  return /^\**$/.test(general.slice(at));
}
