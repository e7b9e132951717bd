import type { Route, SplitSide, StickyKey } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { mapKey, text, variable } from '../../nginx/token.ts';
import { callerVariable } from '../common/caller.ts';
import { contentName } from '../common/content-name.ts';
import type { LowerContext } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import type { MapEntry, MapParts, MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import { headerVariable } from '../reading/hash-keys.ts';

export interface LoweredSplits {
  readonly maps: readonly MapView[];
  /** The variable that names the side of a request, by route; it may be read once the caller is known. */
  readonly variables: ReadonlyMap<Route, string>;
}

/** `split_clients` draws the side; a header of the request may name another. */
export function lowerSplits(context: LowerContext): LoweredSplits {
  const variables = new Map<Route, string>();
  const maps = context.gateway.routes.flatMap((route) => {
    const { destination } = route;
    if (destination.kind !== 'split') return [];
    const side = contentName('openclaw_side', [route.name], '-');
    const drawn = destination.force === null ? side : contentName('openclaw_drawn', [route.name], '-');
    variables.set(route, side);
    const key = lowerKey(route, { sticky: destination.sticky, caller: callerVariable(context.gateway) });
    return together({ title: `split of route ${route.name}`, places: [placeOf(context, [...route.at, 'split'])] }, [
      ...key.maps,
      {
        directive: text('split_clients'),
        source: key.source,
        variable: variable(drawn),
        otherwise: null,
        entries: lowerSides(destination.sides),
      },
      ...(destination.force === null
        ? []
        : [
            {
              source: variable(headerVariable(destination.force)),
              variable: variable(side),
              otherwise: variable(drawn),
              entries: destination.sides.map(({ upstream }) => ({ key: mapKey(upstream), value: text(upstream) })),
            },
          ]),
    ]);
  });
  return { maps, variables };
}

/** Blocks that belong together, under the comment of the first. */
function together(about: Pick<MapParts, 'title' | 'places'>, blocks: readonly MapParts[]): readonly MapView[] {
  return blocks.map((block, index) =>
    mapView({ ...block, ...(index === 0 && about), leadsOn: index < blocks.length - 1 }),
  );
}

/** Without the header or cookie the caller decides. */
function lowerKey(
  { name }: Route,
  { sticky, caller }: { sticky: StickyKey | null; caller: string },
): { readonly source: Token; readonly maps: readonly MapParts[] } {
  if (sticky === null) return { source: variable('request_id'), maps: [] };
  if (sticky.kind === 'client') return { source: variable(caller), maps: [] };
  const source = variable(contentName('openclaw_split_key', [name], '-'));
  const from = variable(sticky.kind === 'header' ? headerVariable(sticky.name) : `cookie_${sticky.name}`);
  const otherwise = { key: mapKey(''), value: variable(caller) };
  return { source, maps: [{ source: from, variable: source, otherwise: from, entries: [otherwise] }] };
}

/** The last takes what is left, so that no request is lost to rounding. */
function lowerSides(sides: readonly SplitSide[]): readonly MapEntry[] {
  const drawn = sides.filter(({ share }) => share > 0);
  return drawn.map(({ upstream, share }, index) => ({
    key: text(index === drawn.length - 1 ? '*' : `${share / 100}%`),
    value: text(upstream),
  }));
}
