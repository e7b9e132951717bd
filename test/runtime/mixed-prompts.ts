/** A body of about `size` bytes in which nothing but the model is the same for two indexes. */
export function promptOf(model: string, index: number, size: number): string {
  const words = `prompt-${index} `;
  const content = words.repeat(Math.ceil(size / words.length));
  return `{ "model":"${model}",  "messages":[{"role":"user","content":"${content}"}] }`;
}

/**
 * What such requests say, by index: `3 for gpt-4o`, or the beginning of a body that is none of them or not whole. `sizes`
 * has the size of each index.
 */
export function readPrompts(requests: readonly { readonly body: Buffer }[], sizes: readonly number[]): string[] {
  const found = requests.map(({ body }) => readPrompt(body.toString(), sizes));
  return found.sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
}

function readPrompt(text: string, sizes: readonly number[]): string {
  const [, model = '', digits] = /^\{ "model":"([^"]+)".*?"content":"prompt-(\d+) /.exec(text) ?? [];
  const index = Number(digits);
  const isWhole = text === promptOf(model, index, sizes[index] ?? 0);
  return isWhole ? `${index} for ${model}` : `${text.length} characters: ${text.slice(0, 100)}`;
}

/** Does the work for all, at most so many at once; results are in the order of what was given. */
export async function sendAll<Given, Result>(
  atOnce: number,
  given: readonly Given[],
  work: (one: Given, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const loop = async (): Promise<void> => {
    for (let index = next++; index < given.length; index = next++)
      results[index] = await work(given[index] as Given, index);
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  return results;
}
