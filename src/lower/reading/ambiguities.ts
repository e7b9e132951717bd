import { compareText } from '../../compare-text.ts';
import type { Api } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, expression, mapKey, mapRegex, number, text, variable } from '../../nginx/token.ts';
import { contentName } from '../common/content-name.ts';
import type { LowerContext } from '../common/context.ts';
import type { MapParts, MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import { pathName } from '../common/path-name.ts';
import { areRivals, readAlike, readAsAbsent } from './argument-patterns.ts';
import type { Entry } from './candidates.ts';
import { headerVariable } from './hash-keys.ts';
import type { JudgedParts } from './judged-parts.ts';
import { crookedPath, encodedTwice, pathsAlike } from './path-patterns.ts';

/**
 * What nginx gives to requests that an upstream could read otherwise than the gateway, until their error page makes it
 * 400. nginx's own 400 has no path yet, and so no page that knows the route's API.
 */
export const ambiguousStatus = 464;

/** Headers with which clients say that their method is another one. */
export const overridingHeaders = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'] as const;

/** Arguments that do: those of Rails, Symfony and LoopBack, and of Google's APIs. */
const overridingArguments = ['_method', '$httpMethod', 'x-http-method-override'] as const;

/** What a location refuses before it chooses anything. */
export interface AmbiguityView {
  readonly status: Token;
  /** Null is the error format of OpenAI. */
  readonly api: Token | null;
  /** Headers that must not come twice, for our Lua; null where there is none, or nothing to ask. */
  readonly headers: Token | null;
  readonly tests: readonly { readonly test: Token }[];
}

export interface AmbiguityTable {
  /** Null where nothing depends on what could be read otherwise. */
  viewFor(judged: JudgedParts, options: { api: Api; entry: Entry | null }): AmbiguityView | null;
  /** A `map` for each part of a request that can be read in more than one way, in the order in which they were asked for. */
  readonly maps: readonly MapView[];
}

/** Views for the locations of a gateway, whose paths are those of `entries`. */
export function createAmbiguityTable(context: LowerContext, entries: readonly Entry[]): AmbiguityTable {
  const maps = new Map<string, MapView>();
  const add = (name: string, view: Omit<MapParts, 'variable'>): Token => {
    const known = maps.get(name) ?? mapView({ ...view, variable: variable(name) });
    maps.set(name, known);
    return known.variable;
  };

  /** Refused unless the expression says that all is well, so also where PCRE gives up. */
  const argument = (name: string, rivals: readonly string[]): Token =>
    add(contentName('openclaw_doubt_argument', [name, ...rivals], '_'), {
      title: [comment('argument'), comment(name)],
      source: variable('args'),
      otherwise: text('1'),
      entries: allowed(readAlike(name, rivals)),
    });

  const override = (): readonly Token[] => [
    add('openclaw_doubt_override_headers', {
      title: ['headers', 'that', 'say', 'another', 'method'].map(comment),
      source: expression(overridingHeaders.map((name) => ({ variable: headerVariable(name) }))),
      otherwise: text('1'),
      entries: [{ key: mapKey(''), value: text('0') }],
    }),
    add('openclaw_doubt_override_arguments', {
      title: ['arguments', 'that', 'say', 'another', 'method'].map(comment),
      source: variable('args'),
      otherwise: text('1'),
      entries: allowed(readAsAbsent(overridingArguments)),
    }),
  ];

  const crooked = (): Token =>
    add('openclaw_doubt_crooked_path', {
      title: ['paths', 'that', 'servers', 'read', 'differently'].map(comment),
      source: variable('uri'),
      otherwise: text('0'),
      entries: [{ key: mapRegex(crookedPath), value: text('1') }],
    });

  const near = ({ path }: Entry, nested: readonly Entry[]): Token =>
    add(pathName('openclaw_doubt_paths', path), {
      title: [...['paths', 'like', 'those', 'below'].map(comment), comment(path.path)],
      source: variable('uri'),
      otherwise: text('0'),
      entries: [
        ...pathsAlike(
          path.path,
          nested.map((entry) => entry.path),
        ),
        encodedTwice,
      ].map((pattern) => ({
        key: mapRegex(pattern),
        value: text('1'),
      })),
    });

  const pathTests = (entry: Entry | null): readonly Token[] => {
    if (entry === null || entry.path.kind === 'exact' || entry.candidates.length === 0) return [];
    const nested = entries
      .filter((other) => other !== entry && other.path.path.startsWith(entry.path.path))
      .sort((a, b) => compareText(`${a.path.path}${a.path.kind}`, `${b.path.path}${b.path.kind}`));
    if (nested.length === 0 && takesAnyPath(entry, context)) return [];
    return [crooked(), ...(nested.length === 0 ? [] : [near(entry, nested)])];
  };

  return {
    get maps() {
      return [...maps.values()];
    },
    viewFor(judged, { api, entry }) {
      const tests = [
        ...pathTests(entry),
        ...judged.arguments.map((name) =>
          argument(
            name,
            judged.arguments.filter((other) => areRivals(name, other)),
          ),
        ),
        ...(judged.method ? override() : []),
      ];
      const headers = context.capabilities.lua && judged.headers.length > 0 ? text(judged.headers.join(' ')) : null;
      if (tests.length === 0 && headers === null) return null;
      return {
        status: number(ambiguousStatus),
        api: api === 'openai' ? null : text(api),
        headers,
        tests: tests.map((test) => ({ test })),
      };
    },
  };
}

/** Whether a location is for all there is, and its upstreams get the path as it is: then no path leads out of it. */
function takesAnyPath({ path, candidates }: Entry, { upstreams }: LowerContext): boolean {
  const isBare = [...upstreams.values()].every(({ basePath }) => basePath === '');
  return path.path === '/' && isBare && candidates.every(({ rewrite }) => rewrite.kind === 'set' || rewrite.add === '');
}

/** nginx tries no expressions on an empty text. */
function allowed(pattern: string): MapView['entries'] {
  return [mapKey(''), mapRegex(pattern)].map((key) => ({ key, value: text('0') }));
}
