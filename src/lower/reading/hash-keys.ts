import type { HashKey } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { mapKey, mapRegex, variable } from '../../nginx/token.ts';
import { callerVariable } from '../common/caller.ts';
import { contentName } from '../common/content-name.ts';
import type { LowerContext } from '../common/context.ts';
import type { MapParts, MapView } from '../common/map-view.ts';
import { mapView } from '../common/map-view.ts';
import { argumentStart } from './argument-patterns.ts';

/**
 * Requests without the header or argument would all hash alike and meet on one server, so they hash by caller.
 * The returned variables are what `hash` reads.
 */
export function lowerHashKeys(context: LowerContext): {
  readonly maps: readonly MapView[];
  readonly variables: ReadonlyMap<string, string>;
  readonly usesCaller: boolean;
} {
  const maps: MapView[] = [];
  const variables = new Map<string, string>();
  for (const upstream of context.upstreams.values()) {
    if (upstream.balance.kind !== 'hash') continue;
    const { key } = upstream.balance;
    if (key.kind === 'client' || key.kind === 'uri') {
      variables.set(upstream.name, key.kind === 'uri' ? 'uri' : callerVariable(context.gateway));
      continue;
    }
    const name = contentName('openclaw_hash', [upstream.name], '-');
    maps.push(mapView({ ...lowerKey(key, variable(callerVariable(context.gateway))), variable: variable(name) }));
    variables.set(upstream.name, name);
  }
  return { maps, variables, usesCaller: variables.size > 0 };
}

function lowerKey(key: Extract<HashKey, { readonly name: string }>, caller: Token): Omit<MapParts, 'variable'> {
  if (key.kind === 'header') {
    const source = variable(headerVariable(key.name));
    return { source, otherwise: source, entries: [{ key: mapKey(''), value: caller }] };
  }
  const given = mapRegex(`${argumentStart(key.name)}=(?<openclaw_value>[^&]+)`);
  return { source: variable('args'), otherwise: caller, entries: [{ key: given, value: variable('openclaw_value') }] };
}

/** `X-LLM-Version` → `http_x_llm_version`, nginx's variable for a request header. */
export function headerVariable(name: string): string {
  return `http_${name.toLowerCase().replaceAll('-', '_')}`;
}
