import type { Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, mapKey, mapRegex, text, variable } from '../../nginx/token.ts';
import type { MapParts, MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import type { ConditionTable } from '../reading/conditions.ts';

/** Where requests go that meet no route's conditions. */
const notFound = '@openclaw_404';

export interface HandlerTable {
  /** The named location, or the variable with its name, that answers: the first candidate whose conditions hold. */
  pick(candidates: readonly Route[]): Token;
  /** A variable that is `1` when all conditions of a lone route hold, and `0` else. */
  guard(route: Route): Token;
  readonly views: readonly MapView[];
}

/** One map for each distinct choice; its key is a string of bits, one for each condition. */
export function createHandlerTable(conditions: ConditionTable, placeOf: (route: Route) => Token): HandlerTable {
  const views: MapView[] = [];
  const known = new Map<string, Token>();
  const add = (key: string, view: Omit<MapParts, 'variable'>): Token => {
    const existing = known.get(key);
    if (existing !== undefined) return existing;
    const created = variable(`openclaw_handler_${views.length + 1}`);
    known.set(key, created);
    views.push(mapView({ ...view, variable: created }));
    return created;
  };
  return {
    views,
    pick(candidates) {
      const last = candidates.at(-1);
      const otherwise = last !== undefined && last.conditions.length === 0 ? `@${last.name}` : notFound;
      const conditional = candidates.filter((route) => route.conditions.length > 0);
      if (conditional.length === 0) return text(otherwise);
      const bits = [...new Set(conditional.flatMap((route) => route.conditions.map(conditions.variableFor)))];
      return add(`pick ${candidates.map((route) => route.name).join(' ')}`, {
        title: [comment('picks:'), ...candidates.map((route) => comment(route.name))],
        places: candidates.map(placeOf),
        source: bitString(bits),
        otherwise: text(otherwise),
        entries: conditional.map((route) => {
          const wanted = new Set(route.conditions.map(conditions.variableFor));
          return {
            key: mapRegex(`^${bits.map((bit) => (wanted.has(bit) ? '1' : '.')).join('')}`),
            value: text(`@${route.name}`),
          };
        }),
      });
    },
    guard(route) {
      const bits = route.conditions.map(conditions.variableFor);
      const [only, ...more] = bits;
      if (only !== undefined && more.length === 0) return variable(only);
      return add(`guard ${bits.join(' ')}`, {
        title: [comment('guards:'), comment(route.name)],
        places: [placeOf(route)],
        source: bitString(bits),
        otherwise: text('0'),
        entries: [{ key: mapKey('1'.repeat(bits.length)), value: text('1') }],
      });
    },
  };
}

function bitString(bits: readonly string[]): Token {
  return text(bits.map((bit) => `$${bit}`).join(''));
}
