import type { Token } from '../../nginx/token.ts';
import { literal, mapKey, mapRegex, variable } from '../../nginx/token.ts';
import type { lowerCaller } from '../common/caller.ts';
import { knowsClients } from '../common/caller.ts';
import type { LowerContext } from '../common/context.ts';
import type { MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import type { NativeAuth } from '../common/native-auth.ts';
import type { Needs } from '../common/needs.ts';

/** What the access log says instead of what nginx has. */
interface LogView {
  readonly knowsClient: boolean;
  /** Whether a client may be one that only says so. */
  readonly claims: boolean;
  readonly knownClient: Token;
  /** What clients choose, where it is text. */
  readonly logged: readonly MapView[];
}

/**
 * RFC 3629, section 4: no overlong form, no surrogate, nothing above U+10FFFF. By bytes, as PCRE's own UTF mode fails with
 * an alert where a text is none; and possessive, so that no text makes it go back.
 */
const utf8 = [
  '[\\x00-\\x7f]++',
  '[\\xc2-\\xdf][\\x80-\\xbf]',
  '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]',
  '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}',
  '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
  '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}',
  '[\\xf1-\\xf3][\\x80-\\xbf]{3}',
  '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
];
const validText = `\\A(?:${utf8.join('|')})*+\\z`;

/** Variables made of others, for every file that reads them. */
export interface MapsFileView extends LogView {
  readonly startsLua: boolean;
  readonly hsts: Token | null;
  /** Null where nothing tells callers apart. */
  readonly caller: ReturnType<typeof lowerCaller> | null;
  readonly maps: readonly MapView[];
}

export function lowerLog({ gateway }: LowerContext, { needs, native }: { needs: Needs; native: NativeAuth }): LogView {
  const claims = [...native.views.values()].some(({ claimed }) => claimed !== null);
  const client = claims ? 'openclaw_known_client' : 'openclaw_client';
  const chosen: readonly (readonly [name: string, source: string])[] = [
    ['host', 'host'],
    ['path', 'uri'],
    ['agent', 'http_user_agent'],
    ...(knowsClients(gateway) ? [['client', client] as const] : []),
    ...(logsModel(needs) ? [['model', 'openclaw_model'] as const] : []),
  ];
  return {
    knowsClient: knowsClients(gateway),
    claims,
    knownClient: variable(client),
    logged: chosen.map(([name, source], index) =>
      mapView({
        source: variable(source),
        variable: variable(`openclaw_log_${name}`),
        otherwise: literal('(not UTF-8)'),
        entries: [
          { key: mapKey(''), value: literal('') },
          { key: mapRegex(validText), value: variable(source) },
        ],
        leadsOn: index < chosen.length - 1,
      }),
    ),
  };
}

/** Whether any script says which model a request asks for. */
export function logsModel({ variables }: Needs): boolean {
  return variables.includes('openclaw_model');
}
