import type { AuthMethod } from '../gateway/common/auth-methods.ts';
import type { Credential, Gateway, Upstream } from '../gateway/common/gateway.ts';
import type { CredentialReference } from '../language/common/scalars.ts';
import type { Token } from '../nginx/token.ts';
import { luaString, text } from '../nginx/token.ts';
import type { LowerContext } from './common/context.ts';
import type { RoutePlans } from './destinations/plan.ts';
import { limitsOfLua } from './destinations/plan.ts';
import { judgedByName } from './reading/judged-parts.ts';

/** What the routes of a gateway ask of our Lua, besides who is calling. */
export interface RoutingNeeds {
  /** Routes whose upstream it chooses. */
  readonly routes: boolean;
  /** Routes that it answers with a list of models. */
  readonly lists: boolean;
  /** Paths whose routes depend on the model. */
  readonly picks: boolean;
  /** Time limits that nginx has not, and events in broken streams. */
  readonly streams: boolean;
}

export interface LuaUse extends RoutingNeeds {
  readonly methods: readonly AuthMethod[];
  readonly policies: boolean;
  readonly balancers: boolean;
}

export function findNeeds({ gateway }: LowerContext, routePlans: RoutePlans): RoutingNeeds {
  const kinds = new Set([...routePlans.values()].map(({ kind }) => kind));
  return {
    routes: kinds.has('routed'),
    lists: kinds.has('model_list'),
    picks: gateway.routes.some(({ conditions }) => conditions.some(({ kind }) => kind === 'model')),
    streams: gateway.routes.some((route) => limitsOfLua(route).length > 0),
  };
}

/** Whether headers decide anything, which then must not come twice; without Lua they become one (lower-judged-headers.ts). */
export function asksForRepeats({ gateway, capabilities }: LowerContext): boolean {
  return capabilities.lua && [...judgedByName(gateway).values()].some(({ headers }) => headers.length > 0);
}

/** The modules of the runtime library that are named in no other module, by what needs them. */
export function libraryModules(use: LuaUse): readonly string[] {
  const methods = new Set(use.methods.map((method) => methodModules[method.kind]));
  return [
    'openclaw.gateway',
    'openclaw.credentials.credential',
    'openclaw.health',
    'openclaw.core.query',
    endModule(use),
    ...(use.streams ? ['openclaw.streams.deadlines'] : []),
    ...(use.balancers ? ['openclaw.upstreams.upstream', 'openclaw.upstreams.prober'] : []),
    ...(use.policies ? ['openclaw.callers.auth'] : []),
    ...(use.policies || use.routes || use.picks ? ['openclaw.attempts.router'] : []),
    ...(use.routes ? ['openclaw.attempts.attempts'] : []),
    ...(use.lists ? ['openclaw.models.model_list'] : []),
    ...[...methods].flatMap((module) => (module === null ? [] : [module])),
  ];
}

/** Modules that the runtime loads by the kind of a method. */
const methodModules = {
  key_maps: 'openclaw.callers.key_maps',
  jwt: 'openclaw.callers.tokens',
  introspection: 'openclaw.callers.opaque_tokens',
  client_certificates: 'openclaw.callers.certificates',
  basic_auth: null,
} as const;

/** Whether anything is remembered of a request beyond one location. */
export function keepsState(use: LuaUse): boolean {
  return use.routes || use.picks || use.balancers;
}

/** Whether answers are followed from their header to the log, and not at their end alone. */
function followsAnswers(use: LuaUse): boolean {
  return keepsState(use) || use.streams;
}

/** What is done when the header of an answer is there, with every piece of it, and when the request is over. */
export function lowerFilters(use: LuaUse): readonly { readonly name: string; readonly view: object }[] {
  const bodyFilter = { name: 'body_filter', view: { module: luaString(endModule(use)) } };
  if (!followsAnswers(use)) return [bodyFilter];
  const headers = ['openclaw.streams.stream', ...(use.routes ? ['openclaw.attempts.attempts'] : [])];
  const ends = [
    ...(use.streams ? ['openclaw.streams.deadlines'] : []),
    'openclaw.streams.stream',
    ...(use.balancers ? ['openclaw.upstreams.upstream'] : []),
    ...(use.routes ? ['openclaw.attempts.attempts'] : []),
  ];
  return [
    { name: 'header_filter', view: { modules: headers.map(luaString) } },
    bodyFilter,
    { name: 'log', view: { modules: ends.map(luaString), dropsState: keepsState(use) } },
  ];
}

/** What finds out how an answer ended; the plain one costs a third of the other. */
export function endModule(use: LuaUse): string {
  return followsAnswers(use) ? 'openclaw.streams.stream' : 'openclaw.streams.answer_end';
}

/** Variables that scripts set, wherever a request is. */
export function luaVariables(use: LuaUse): readonly string[] {
  return [
    'openclaw_stream',
    ...(use.policies || keepsState(use) ? ['openclaw_model'] : []),
    ...(keepsState(use) ? ['openclaw_plan'] : []),
    ...(use.routes ? ['openclaw_next'] : []),
  ];
}

/**
 * In kB. Of each key there are at most 32 models and 32 places with 3 entries each, 3 for the whole of it, and 64 callers
 * (key_health.lua): 259 entries of about 200 bytes, in slabs that are up to half empty. The least is for nginx's own pages,
 * and for the old values of keys that are rotated.
 */
const memoryOfKey = 96;
const bareKeyMemory = 256;

function countKeys(credential: Credential | null): number {
  return (credential?.keys.length ?? 0) + (credential?.rules ?? []).reduce((sum, { keys }) => sum + keys.length, 0);
}

/** What the last good content of watched files was outlives a reload; what one worker has found out is known to all. */
export function sharedMemory(use: LuaUse, gateway: Gateway): readonly { readonly name: Token; readonly size: Token }[] {
  const watches = use.methods.some(watchesFile) || gateway.upstreams.some(hasCredentialFile);
  const asks = use.methods.some(
    (method) => method.kind === 'introspection' || (method.kind === 'jwt' && method.value.keys.kind === 'url'),
  );
  const keys = gateway.upstreams.reduce((sum, { credential }) => sum + countKeys(credential), 0);
  const converses = use.balancers && gateway.upstreams.some(({ balance }) => balance.kind === 'conversation');
  return [
    ...(watches ? [{ name: text('openclaw_keys'), size: text('32m') }] : []),
    ...(asks ? [{ name: text('openclaw_auth'), size: text('10m') }] : []),
    ...(use.routes || use.balancers ? [{ name: text('openclaw_state'), size: text('1m') }] : []),
    ...(use.routes && keys > 0
      ? [{ name: text('openclaw_key_health'), size: text(`${bareKeyMemory + keys * memoryOfKey}k`) }]
      : []),
    ...(converses ? [{ name: text('openclaw_conversations'), size: text('16m') }] : []),
  ];
}

function watchesFile(method: AuthMethod): boolean {
  switch (method.kind) {
    case 'key_maps':
      return true;
    case 'jwt':
      return (
        method.value.keys.kind === 'file' || (method.value.keys.kind === 'secret' && isFile(method.value.keys.from))
      );
    case 'introspection':
      return isFile(method.value.clientSecret);
    default:
      return false;
  }
}

function hasCredentialFile({ credential }: Upstream): boolean {
  return [credential, ...(credential?.rules ?? [])].some((from) => from?.keys.some((key) => isFile(key.from)));
}

/** What is in Vault comes as a file too. */
function isFile({ source }: CredentialReference): boolean {
  return source !== 'env';
}

/**
 * Whom Lua trusts when it opens TLS connections itself: one list of authorities for all of it, or null when it opens none.
 * Reports servers that are asked for their health and have certificates of another (OC4001).
 */
export function authoritiesOfLua(
  methods: readonly AuthMethod[],
  balanced: readonly Upstream[],
  context: LowerContext,
): string | null {
  const system = context.target.certificateAuthorities;
  const probed = balanced.filter(({ healthCheck, tls }) => healthCheck !== null && tls?.verify === true);
  const asks = methods.some(
    (method) =>
      (method.kind === 'introspection' && method.value.url.scheme === 'https') ||
      (method.kind === 'jwt' && method.value.keys.kind === 'url' && method.value.keys.url.scheme === 'https'),
  );
  const chosen = asks ? system : (probed[0]?.tls?.ca ?? (probed.length > 0 ? system : null));
  for (const { name, at, tls } of probed) {
    if ((tls?.ca ?? system) === chosen) continue;
    context.sink.error('OC4001', [...at, 'health_check'], {
      part: 'key',
      message: `health checks trust one list of authorities, and \`${name}\` needs another`,
      help: `they trust \`${chosen}\`; put the authorities into one file, and name it in \`tls: { ca: … }\` of each checked upstream`,
    });
  }
  return chosen;
}
