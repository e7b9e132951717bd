import type { CST } from 'yaml';
import type { Range } from '../diagnostics/source-file.ts';

const reference = /\$\{[^\s{}"']{0,4200}\}/g;

/**
 * The text with each `${…}` replaced by letters of the same length. Its brackets balance where a reference without
 * quotes in `[ ]` or `{ }` had put them out of step, so that everything else keeps its place and its meaning.
 */
export function withoutReferences(text: string): string {
  return text.replace(reference, (found) => 'x'.repeat(found.length));
}

/** The references without quotes in flow collections, given the tokens of the text without references. */
export function findBareReferences(document: CST.Document, text: string): Range[] {
  const found: Range[] = [];
  const rest: { readonly token: CST.Token; readonly inFlow: boolean }[] = [];
  if (document.value) rest.push({ token: document.value, inFlow: false });
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { token } = next;
    const inFlow = next.inFlow || token.type === 'flow-collection';
    if ('items' in token) {
      for (const { key, value } of token.items) {
        if (key) rest.push({ token: key, inFlow });
        if (value) rest.push({ token: value, inFlow });
      }
    } else if (inFlow && token.type === 'scalar') {
      const written = text.slice(token.offset, token.offset + token.source.length);
      for (const match of written.matchAll(reference)) {
        const start = token.offset + match.index;
        found.push({ start, end: start + match[0].length });
      }
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
