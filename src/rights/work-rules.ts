import type { LuaValue } from '../nginx/token.ts';
import { providers } from './providers.ts';

/**
 * Ends of keys that name a model or several, in small letters and without `_` and `-`: `safety_model`, `analysis_models`,
 * `deployment_name`. An adapter beside a model makes another one of it, which servers list as one.
 */
const namingEnds = [
  'model',
  'models',
  'modelid',
  'modelids',
  'modelname',
  'deployment',
  'deploymentname',
  'deploymentid',
  'adapterid',
  'lorapath',
];

/**
 * Keys under which callers have what they like, such as JSON Schemas and arguments of their functions: no API reads the name
 * of a model there. `content.input` is `input` within `content`, where Anthropic has what a tool was called with.
 */
const freeKeys = [
  '$defs',
  'args',
  'arguments',
  'attributes',
  'const',
  'content.input',
  'default',
  'definitions',
  'dependentRequired',
  'dependentSchemas',
  'documents',
  'enum',
  'env',
  'example',
  'examples',
  'headers',
  'input_schema',
  'labels',
  'metadata',
  'outputs',
  'patternProperties',
  'properties',
  'response',
  'schema',
  'tool_calls',
  'tool_choice',
  'tool_results',
];

/** What `openclaw.models.work_rules` says, in Lua: where a request may make a model work that it does not name at its top. */
export function workRules(): LuaValue {
  const ways = providers.flatMap((provider) => provider.ways);
  const endpoints = ways.flatMap(({ endpoint }) => (endpoint === undefined ? [] : [endpoint]));
  return {
    endpoints: Object.fromEntries(sorted(endpoints.map(({ tail, means }) => [tail, means]))),
    hidden_by: unique(ways.map(({ hiddenBy }) => hiddenBy)),
    hiding_tools: unique(ways.map(({ hidingTool }) => hidingTool)),
    tools: unique(ways.map(({ tool }) => tool)),
    binds_handshake: unique(ways.map(({ bindsHandshake }) => bindsHandshake)),
    frees_handshake: unique(ways.map(({ freesHandshake }) => freesHandshake)),
    naming_ends: namingEnds,
    free: freeKeys,
  };
}

function sorted(entries: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

function unique(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}
