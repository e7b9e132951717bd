import type { Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, literal, longestToken, mapKey, mapRegex, text, variable } from '../../nginx/token.ts';
import { contentName } from '../common/content-name.ts';
import type { MapParts, MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import { pathName } from '../common/path-name.ts';
import type { ConditionTable } from '../reading/conditions.ts';
import { mostInComment, routeNames } from './route-names.ts';

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
  const views = new Map<string, MapView>();
  const add = (name: string, view: Omit<MapParts, 'variable'>): Token => {
    const known = views.get(name) ?? mapView({ ...view, variable: variable(name) });
    views.set(name, known);
    return known.variable;
  };
  /** One text of all bits; where nginx could not read so long a word, of texts of some of them. */
  const bitString = (name: string, bits: readonly string[], view: Pick<MapParts, 'title' | 'places'>): Token => {
    const all = bits.map((bit) => `$${bit}`);
    const perPart = Math.floor(longestToken / Math.max(...all.map((bit) => bit.length)));
    if (all.length <= perPart) return text(all.join(''));
    const parts = Array.from({ length: Math.ceil(all.length / perPart) }, (_, index) => {
      const part = text(all.slice(index * perPart, (index + 1) * perPart).join(''));
      return add(`${name.replace('openclaw', 'openclaw_bits')}__${index + 1}`, {
        ...view,
        source: literal(''),
        otherwise: part,
        entries: [],
      });
    });
    return text(parts.map(({ reads }) => reads).join(''));
  };
  return {
    get views() {
      return [...views.values()];
    },
    pick(candidates) {
      const [first] = candidates;
      const last = candidates.at(-1);
      const otherwise = last !== undefined && last.conditions.length === 0 ? `@${last.name}` : notFound;
      const conditional = candidates.filter((route) => route.conditions.length > 0);
      if (first === undefined || conditional.length === 0) return text(otherwise);
      const bits = [...new Set(conditional.flatMap((route) => route.conditions.map(conditions.variableFor)))];
      // Whoever is asked first on the way from a path to shorter ones decides who is asked next.
      const name = pathName('openclaw_handler', first.path);
      const view = {
        title: [comment('picks:'), ...routeNames(candidates)],
        places: candidates.slice(0, mostInComment).map(placeOf),
      };
      return add(name, {
        ...view,
        source: bitString(name, bits, view),
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
      const name = contentName('openclaw_guard', [route.name], '-');
      const view = { title: [comment('guards:'), comment(route.name)], places: [placeOf(route)] };
      return add(name, {
        ...view,
        source: bitString(name, bits, view),
        otherwise: text('0'),
        entries: [{ key: mapKey('1'.repeat(bits.length)), value: text('1') }],
      });
    },
  };
}
