import type { Token } from '../../nginx/token.ts';
import { comment, text } from '../../nginx/token.ts';

/** A block that makes one variable of another: all of them are written by templates/partials/map.hbs. */
export interface MapView {
  /** `map`, `geo` or `split_clients`. */
  readonly directive: Token;
  /** Words of the comment before it; none where it explains itself or belongs to the one before. */
  readonly title: readonly Token[];
  /** Where the spec asks for it. */
  readonly places: readonly Token[];
  /** Whether the block after it belongs to it, with no line between. */
  readonly leadsOn: boolean;
  readonly source: Token;
  readonly variable: Token;
  readonly hasHostNames: boolean;
  /** The value of everything that no entry names; `split_clients` has none. */
  readonly otherwise: Token | null;
  readonly entries: readonly MapEntry[];
}

export interface MapEntry {
  readonly key: Token;
  readonly value: Token;
}

/** What has to be said of a `map`; the rest is what most have. */
export type MapParts = Pick<MapView, 'source' | 'variable' | 'otherwise' | 'entries'> &
  Partial<Omit<MapView, 'title'>> & { readonly title?: string | readonly Token[] };

export function mapView(parts: MapParts): MapView {
  const { title = [] } = parts;
  return {
    directive: text('map'),
    places: [],
    leadsOn: false,
    hasHostNames: false,
    ...parts,
    title: typeof title === 'string' ? title.split(' ').map(comment) : title,
  };
}
