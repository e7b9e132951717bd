import type { HashKey } from '../model/gateway.ts';
import type { Token } from '../nginx/token.ts';
import { variable } from '../nginx/token.ts';
import { callerVariable } from './caller.ts';
import type { LowerContext } from './lower-context.ts';

interface HashKeyMap {
  readonly source: Token;
  readonly variable: Token;
  readonly caller: Token;
}

/**
 * Requests without the header or argument would all hash alike and meet on one server, so they hash by caller.
 * The returned variables are what `hash` reads.
 */
export function lowerHashKeys(context: LowerContext): {
  readonly maps: readonly HashKeyMap[];
  readonly variables: ReadonlyMap<string, string>;
  readonly usesCaller: boolean;
} {
  const maps: HashKeyMap[] = [];
  const variables = new Map<string, string>();
  for (const upstream of context.upstreams.values()) {
    if (upstream.balance.kind !== 'hash') continue;
    const source = sourceVariable(upstream.balance.key, context);
    if (upstream.balance.key.kind === 'client' || upstream.balance.key.kind === 'uri') {
      variables.set(upstream.name, source);
      continue;
    }
    const name = `openclaw_hash_${maps.length + 1}`;
    maps.push({
      source: variable(source),
      variable: variable(name),
      caller: variable(callerVariable(context.gateway)),
    });
    variables.set(upstream.name, name);
  }
  return { maps, variables, usesCaller: variables.size > 0 };
}

function sourceVariable(key: HashKey, context: LowerContext): string {
  if (key.kind === 'client') return callerVariable(context.gateway);
  if (key.kind === 'uri') return 'uri';
  return key.kind === 'header' ? headerVariable(key.name) : `arg_${key.name.toLowerCase()}`;
}

/** `X-LLM-Version` → `http_x_llm_version`, nginx's variable for a request header. */
export function headerVariable(name: string): string {
  return `http_${name.toLowerCase().replaceAll('-', '_')}`;
}
