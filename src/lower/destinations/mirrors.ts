import type { Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, luaData, luaString, text, variable } from '../../nginx/token.ts';
import { contentName } from '../common/content-name.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import type { MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import { quietErrorLogOf } from '../common/quiet-error-log.ts';
import { strippedArguments } from './access-scripts.ts';
import type { ForwardView } from './forward.ts';
import { lowerForward } from './forward.ts';

/** The location that sends copies of a route's requests to a shadow upstream, whose answers are dropped. */
export interface MirrorView {
  readonly title: readonly Token[];
  readonly place: Token;
  readonly location: Token;
  /** The variable that is empty for requests of which no copy is sent; null sends one of every request. */
  readonly drawn: Token | null;
  readonly quietErrorLog: Token | null;
  readonly scriptFile: Token | null;
  readonly forward: ForwardView;
}

/** The script that prepares a copy for its upstream. */
export interface MirrorFileView {
  readonly title: Token;
  readonly place: Token;
  readonly name: Token;
  readonly stripped: Token | null;
  readonly inHeader: boolean;
  readonly argument: Token | null;
}

export interface LoweredMirrors {
  /** Which requests are copied, where it is a share of them. */
  readonly maps: readonly MapView[];
  readonly views: readonly MirrorView[];
  readonly files: readonly TemplateFile<'lua/mirror.lua', MirrorFileView>[];
  readonly locations: ReadonlyMap<Route, Token>;
}

/** `mirror` (ngx_http_mirror_module): a subrequest with the same method and body, which skips the access phase. */
export function lowerMirrors(context: LowerContext): LoweredMirrors {
  const locations = new Map<Route, Token>();
  const files = new Map<string, TemplateFile<'lua/mirror.lua', MirrorFileView>>();
  const maps: MapView[] = [];
  const views = context.gateway.routes.flatMap((route): readonly MirrorView[] => {
    const { mirror } = route;
    const upstream = mirror === null ? undefined : context.upstreams.get(mirror.upstream);
    if (mirror === null || upstream === undefined) return [];
    const location = text(`/openclaw/mirror/${route.name}`);
    locations.set(route, location);
    const placement = upstream.credential?.placement;
    const stripped = context.capabilities.lua ? strippedArguments(upstream, context) : [];
    const path = placement === undefined && stripped.length === 0 ? null : `lua/mirror/${upstream.name}.lua`;
    if (path !== null)
      files.set(path, {
        path,
        template: 'lua/mirror.lua',
        language: 'lua',
        view: {
          title: comment(upstream.name),
          place: placeOf(context, upstream.at),
          name: luaString(upstream.name),
          stripped: stripped.length === 0 ? null : luaData([...stripped]),
          inHeader: placement?.kind === 'header',
          argument: placement?.kind === 'query' ? luaString(placement.name) : null,
        },
      });
    const title = ['mirror', 'of', 'route', route.name, 'at', upstream.name].map(comment);
    const place = placeOf(context, [...route.at, 'mirror']);
    const drawn = mirror.share === 10_000 ? null : variable(contentName('openclaw_mirror', [route.name], '-'));
    if (drawn !== null) maps.push(lowerShare(mirror.share, { title, places: [place], variable: drawn }));
    return [
      {
        title,
        place,
        location,
        drawn,
        quietErrorLog: quietErrorLogOf(context),
        scriptFile: path === null ? null : text(path),
        forward: lowerForward({ ...route, responseHeaders: [], websocket: false }, context, {
          upstream,
          side: null,
          mirror: null,
        }),
      },
    ];
  });
  return { maps, views, files: [...files.values()], locations };
}

/** Ten thousandths of all requests. */
function lowerShare(share: number, parts: Pick<MapView, 'title' | 'places' | 'variable'>): MapView {
  return mapView({
    ...parts,
    directive: text('split_clients'),
    source: variable('request_id'),
    otherwise: null,
    entries: [
      { key: text(`${share / 100}%`), value: text('1') },
      { key: text('*'), value: text('') },
    ],
  });
}
