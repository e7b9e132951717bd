import type { CST } from 'yaml';

/** What is easier to see in the tokens of a YAML text than in its nodes. */
export interface TokenFindings {
  /** Where the nesting passes the limit; then nothing else is known. */
  readonly tooDeepAt?: number;
  /** Starts of `[`, `{` and quotes that are never closed, in order. */
  readonly unclosed: readonly number[];
  /** Whether a `${` without quotes stands in `[ ]` or `{ }`, where YAML takes its `{` for a mapping. */
  readonly hasBareReference: boolean;
}

/** Walks without recursion, since the nesting is what is in doubt. */
export function inspectTokens(document: CST.Document, text: string, maxDepth: number): TokenFindings {
  const unclosed: number[] = [];
  let hasBareReference = false;
  const rest: { readonly token: CST.Token; readonly depth: number; readonly inFlow: boolean }[] = [];
  if (document.value) rest.push({ token: document.value, depth: 1, inFlow: false });
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { token, depth, inFlow } = next;
    if ('items' in token) {
      if (depth > maxDepth) return { tooDeepAt: token.offset, unclosed, hasBareReference };
      const isFlow = token.type === 'flow-collection';
      if (isFlow && !/^[\]}]$/.test(token.end[0]?.source ?? '')) unclosed.push(token.offset);
      for (const { key, value } of token.items) {
        if (key) rest.push({ token: key, depth: depth + 1, inFlow: isFlow || inFlow });
        if (value) rest.push({ token: value, depth: depth + 1, inFlow: isFlow || inFlow });
      }
    } else if (isOpenQuote(token)) {
      unclosed.push(token.offset);
    } else if (inFlow && token.type === 'scalar') {
      hasBareReference ||= token.source.endsWith('$') && text[token.offset + token.source.length] === '{';
    }
  }
  unclosed.sort((a, b) => a - b);
  return { unclosed, hasBareReference };
}

function isOpenQuote(token: CST.Token): boolean {
  if (token.type !== 'single-quoted-scalar' && token.type !== 'double-quoted-scalar') return false;
  return token.source.length === 1 || token.source.at(-1) !== token.source[0];
}
