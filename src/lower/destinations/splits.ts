import type { Route, SplitSide, StickyKey } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, mapKey, text, variable } from '../../nginx/token.ts';
import { callerVariable } from '../common/caller.ts';
import type { LowerContext } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import { headerVariable } from '../reading/hash-keys.ts';

export interface LoweredSplits {
  readonly views: readonly object[];
  /** The variable that names the side of a request, by route; it may be read once the caller is known. */
  readonly variables: ReadonlyMap<Route, string>;
}

/** `split_clients` draws the side; a header of the request may name another. */
export function lowerSplits(context: LowerContext): LoweredSplits {
  const variables = new Map<Route, string>();
  const views = context.gateway.routes.flatMap((route) => {
    const { destination } = route;
    if (destination.kind !== 'split') return [];
    const number = variables.size + 1;
    const side = `openclaw_side_${number}`;
    const drawn = destination.force === null ? side : `openclaw_drawn_${number}`;
    variables.set(route, side);
    return [
      {
        title: comment(route.name),
        place: placeOf(context, [...route.at, 'split']),
        key: lowerKey({ sticky: destination.sticky, number, caller: callerVariable(context.gateway) }),
        variable: variable(drawn),
        sides: lowerSides(destination.sides),
        force:
          destination.force === null
            ? null
            : {
                source: variable(headerVariable(destination.force)),
                variable: variable(side),
                otherwise: variable(drawn),
                entries: destination.sides.map(({ upstream }) => ({ key: mapKey(upstream), value: text(upstream) })),
              },
      },
    ];
  });
  return { views, variables };
}

/** Without the header or cookie the caller decides. */
function lowerKey(options: { sticky: StickyKey | null; number: number; caller: string }): {
  readonly source: Token;
  readonly map: object | null;
} {
  const { sticky, number, caller } = options;
  if (sticky === null) return { source: variable('request_id'), map: null };
  if (sticky.kind === 'client') return { source: variable(caller), map: null };
  const source = variable(`openclaw_split_key_${number}`);
  const from = variable(sticky.kind === 'header' ? headerVariable(sticky.name) : `cookie_${sticky.name}`);
  return { source, map: { from, variable: source, otherwise: variable(caller) } };
}

/** The last takes what is left, so that no request is lost to rounding. */
function lowerSides(sides: readonly SplitSide[]): readonly { readonly share: Token; readonly upstream: Token }[] {
  const drawn = sides.filter(({ share }) => share > 0);
  return drawn.map(({ upstream, share }, index) => ({
    share: text(index === drawn.length - 1 ? '*' : `${share / 100}%`),
    upstream: text(upstream),
  }));
}
