import { isScalar } from 'yaml';
import { resolvePlain } from '../../source/plain-scalar.ts';

export type Quote = '' | '"' | "'";

export function quoteOf(node: unknown): Quote {
  if (!isScalar(node)) return '';
  return node.type === 'QUOTE_DOUBLE' ? '"' : node.type === 'QUOTE_SINGLE' ? "'" : '';
}

/** A text without quotes and escapes in it as a YAML scalar, quoted when the style says so or YAML needs it. */
export function writeText(value: string, quote: Quote): string {
  const isFine = plain.test(value) && typeof resolvePlain(value) === 'string';
  const used = quote === '' && !isFine ? '"' : quote;
  return `${used}${value}${used}`;
}

/** What is one word in every context of YAML: no indicator at the start, no colon at the end. */
const plain = /^[A-Za-z0-9_./](?:[A-Za-z0-9_./@*+-]|:(?=[A-Za-z0-9]))*$/;

/** A list between brackets. */
export function writeList(values: readonly string[], quote: Quote): string {
  return `[${values.map((value) => writeText(value, quote)).join(', ')}]`;
}

/** A mapping between braces. */
export function writeFlowMap(entries: readonly (readonly [key: string, text: string])[], style: FlowStyle): string {
  const { pad, keyQuote } = style;
  return `{${pad}${entries.map(([key, text]) => `${writeText(key, keyQuote)}: ${text}`).join(', ')}${pad}}`;
}

export interface FlowStyle {
  /** What stands inside of the braces. */
  readonly pad: ' ' | '';
  readonly keyQuote: Quote;
}
