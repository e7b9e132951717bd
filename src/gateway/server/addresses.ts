import { compareText } from '../../compare-text.ts';
import type { Path } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import type { AddressItem } from '../../language/common/access-scalars.ts';
import type { AddressRules } from '../common/authentication.ts';
import type { DiagnosticSink } from '../common/context.ts';

/** The lists of `address_lists` by name. */
type AddressLists = Readonly<Record<string, readonly string[]>>;

export interface AddressContext {
  readonly lists: AddressLists;
  readonly sink: DiagnosticSink;
  /** Names of lists that something refers to. */
  readonly used: Set<string>;
}

/** Ranges with the named lists in their place, sorted. Reports unknown lists at their place (OC3017). */
export function resolveAddresses(
  items: readonly AddressItem[] | undefined,
  at: Path,
  { lists, sink, used }: AddressContext,
): readonly string[] {
  const ranges = (items ?? []).flatMap((item, index): readonly string[] => {
    if (item.kind === 'range') return [item.range];
    used.add(item.name);
    const list = Object.hasOwn(lists, item.name) ? lists[item.name] : undefined;
    if (list !== undefined) return list;
    const names = Object.keys(lists).sort(compareText);
    const near = suggest(item.name, names);
    const known = names.length === 0 ? 'there are no `address_lists`' : `lists: ${names.join(', ')}`;
    sink.error('OC3017', sink.has([...at, index]) ? [...at, index] : at, {
      message: `unknown address list \`${item.name}\``,
      help: near === undefined ? known : `did you mean \`${near}\`? ${known}`,
    });
    return [];
  });
  return [...new Set(ranges)].sort(compareText);
}

export function resolveAddressRules(
  section: { readonly allow?: readonly AddressItem[] | undefined; readonly deny?: readonly AddressItem[] | undefined },
  at: Path,
  context: AddressContext,
): AddressRules {
  return {
    allow: resolveAddresses(section.allow, [...at, 'allow'], context),
    deny: resolveAddresses(section.deny, [...at, 'deny'], context),
  };
}
