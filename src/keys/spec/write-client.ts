import { isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Right } from '../right-names.ts';
import { dashOf } from './edit-block.ts';
import { type FlowStyle, type Quote, quoteOf, writeFlowMap, writeList, writeText } from './yaml-text.ts';

/** How clients are written in a spec, so that a new one looks like those before it. */
export interface ClientStyle extends FlowStyle {
  readonly isFlow: boolean;
  /** The `-` of a list and the blanks behind it. */
  readonly marker: string;
  readonly idQuote: Quote;
  readonly hashQuote: Quote;
}

/** The style of a mapping, and of its values as far as it has an id and a key. */
export function styleOfClient(text: string, client: YAMLMap): ClientStyle {
  const [first] = client.items;
  const start = client.range?.[0] ?? 0;
  const keyQuote = quoteOf(first?.key);
  const hash = firstScalar(client.get('key', true));
  return {
    isFlow: client.flow === true,
    pad: client.flow !== true || /\s/.test(text[start + 1] ?? '') ? ' ' : '',
    keyQuote,
    marker: '- ',
    idQuote: quoteOf(client.get('id', true)),
    hashQuote: quoteOf(hash),
  };
}

/** The style of the last client of a list; of an empty one, on one line with the quotes around it. */
export function styleOfList(text: string, clients: YAMLSeq | undefined, keyQuote: Quote): ClientStyle {
  const index = clients?.items.findLastIndex((item) => isMap(item)) ?? -1;
  const last = clients?.items[index];
  if (clients === undefined || !isMap(last))
    return { isFlow: true, pad: ' ', keyQuote, marker: '- ', idQuote: keyQuote, hashQuote: keyQuote };
  const dash = dashOf(clients, index);
  const marker = dash === undefined ? '' : text.slice(dash, last.range?.[0]);
  return { ...styleOfClient(text, last), ...(/^- +$/.test(marker) && { marker }) };
}

function firstScalar(node: unknown): unknown {
  if (isSeq(node)) return firstScalar(node.items[0]);
  if (isMap(node)) return node.get('hash', true);
  return isScalar(node) ? node : undefined;
}

/** The lines of a client as an item of a block list, without its indentation. */
export function writeClientLines(client: NewClient, style: ClientStyle): readonly string[] {
  const { marker, keyQuote } = style;
  if (style.isFlow) return [marker + writeClient(client, style)];
  const blanks = ' '.repeat(marker.length);
  return entriesOf(client, style).map(
    ([key, value], index) => `${index === 0 ? marker : blanks}${writeText(key, keyQuote)}: ${value}`,
  );
}

/** A client between braces. */
export function writeClient(client: NewClient, style: ClientStyle): string {
  return writeFlowMap(entriesOf(client, style), style);
}

export interface NewClient {
  readonly id: string;
  readonly hash: string;
  readonly rights: readonly Right[];
}

function entriesOf({ id, hash, rights }: NewClient, style: ClientStyle) {
  const { keyQuote, idQuote, hashQuote } = style;
  return [
    ['id', writeText(id, idQuote)],
    ['key', writeText(`sha256:${hash}`, hashQuote)],
    ...rights.map(([right, value]) => [
      right,
      typeof value === 'string' ? writeText(value, keyQuote) : writeList(value, keyQuote),
    ]),
  ] as [string, string][];
}
