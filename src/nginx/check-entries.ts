import type { Directive } from './parse-config.ts';

/** Blocks whose lines are data, not directives. */
export type EntryBlock = 'map' | 'geo' | 'split_clients' | 'types' | 'charset_map';

const entryBlocks: ReadonlySet<string> = new Set<EntryBlock>(['map', 'geo', 'split_clients', 'types', 'charset_map']);

export function isEntryBlock(name: string): name is EntryBlock {
  return entryBlocks.has(name);
}

/** Words that stand alone in `map` (ngx_http_map_module.c) and `geo` (ngx_http_geo_module.c). */
const loneWords: Readonly<Partial<Record<EntryBlock, readonly string[]>>> = {
  map: ['hostnames', 'volatile'],
  geo: ['ranges', 'proxy_recursive'],
};

/**
 * What nginx would refuse about the shape of an entry, or null. `types` and `split_clients` do not count their words,
 * and values are not looked at.
 */
export function findEntryProblem(
  entry: Directive,
  block: EntryBlock,
): { readonly code: 'OC5003' | 'OC5004'; readonly message: string } | null {
  if (entry.block !== null) return { code: 'OC5004', message: 'unexpected `{`' };
  if (block === 'types' || block === 'split_clients' || entry.args.length === 1) return null;
  if (entry.args.length === 0 && loneWords[block]?.includes(entry.name.text) === true) return null;
  const found = entry.args.length + 1;
  return { code: 'OC5003', message: `invalid number of words in an entry of \`${block}\`: found ${found}, expected 2` };
}

/**
 * What an entry must not share with another of its block, or null: nginx refuses a second `default` or equal key in
 * `map` ("conflicting parameter"), where keys compare ignoring case and regular expressions may repeat.
 */
export function entryKey(entry: Directive, block: EntryBlock): string | null {
  if (block !== 'map' || entry.args.length !== 1 || entry.name.text === 'include') return null;
  const key = entry.name.text;
  if (key.startsWith('~')) return null;
  return key === 'default' ? 'default' : `=${(key.startsWith('\\') ? key.slice(1) : key).toLowerCase()}`;
}
