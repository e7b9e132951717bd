import type { Compressor } from '../gateway/common/gateway.ts';
import type { Token } from '../nginx/token.ts';
import { comment, duration, number, text } from '../nginx/token.ts';
import { knowsClients } from './common/caller.ts';
import type { LowerContext, TemplateFile } from './common/context.ts';
import { errorLogOf, placeIfGiven } from './common/context.ts';
import type { LoweredLua } from './common/lowered-lua.ts';
import type { Needs } from './common/needs.ts';
import { logsModel } from './server/log.ts';

/** nginx wants a descriptor for each connection to a client and to an upstream, and some for files. */
const descriptorsPerConnection = 2;
const spareDescriptors = 1024;

interface MainOptions {
  readonly lua: LoweredLua;
  readonly needs: Needs;
  readonly toolVersion: string;
}

/** `nginx.conf`: the process, its modules, and what holds for every server. */
export function lowerMain(
  context: LowerContext,
  options: MainOptions,
): readonly TemplateFile<'nginx.conf', MainView>[] {
  return [{ path: 'nginx.conf', template: 'nginx.conf', language: 'nginx', view: viewOf(context, options) }];
}

export type MainView = ReturnType<typeof viewOf>;

function viewOf(context: LowerContext, options: MainOptions) {
  const { capabilities, gateway, target } = context;
  const { process: settings, log } = gateway;
  const { lua, needs } = options;
  const temporary = settings.temporaryDirectory ?? target.temporaryDirectory;
  return {
    toolVersion: comment(options.toolVersion),
    targetName: comment(target.name),
    modules: lowerModules(context, needs),
    user: lowerUser(context),
    workers: settings.workers === 'auto' ? text('auto') : number(settings.workers),
    connections: number(settings.connections),
    descriptors: number(settings.connections * descriptorsPerConnection + spareDescriptors),
    shutdownTimeout: duration(settings.shutdownTimeout),
    pid: text(settings.pid ?? target.pid),
    readsCallersAuthoritiesAnew: capabilities.inheritsCertificates && gateway.clientCertificates.length > 0,
    errorLog: text(errorLogOf(context)),
    errorLevel: text(log.level),
    accessLog: log.access === false ? null : text(log.access ?? `${target.logDirectory}/access.log`),
    temporaryPaths: temporary === null ? [] : temporaryPaths(temporary),
    usesLua: needs.library.length > 0,
    startsLua: lua.starts,
    knowsClients: knowsClients(gateway),
    logsModel: logsModel(needs),
    logsSide: gateway.routes.some(({ destination }) => destination.kind === 'split'),
    logsConversation: [...context.upstreams.values()].some(({ balance }) => balance.kind === 'conversation'),
    limits: gateway.routes.some(({ limits }) => limits.length > 0),
    logsLimits: gateway.server.connectionsPerAddress !== null || gateway.routes.some(({ limits }) => limits.length > 0),
    sharedMemory: needs.sharedMemory.map(({ name, size }) => ({ name: text(name), size: text(size) })),
    luaAuthorities: lua.authorities === null ? null : text(lua.authorities),
    keepaliveTimeout: duration(gateway.server.keepalive.timeout),
    keepaliveRequests: number(gateway.server.keepalive.requests),
    resolver: lowerResolver(context),
    gzip: lowerCompressor(gateway.compression.gzip),
    brotli: lowerBrotli(context),
    trustedProxies: lowerTrustedProxies(context),
    places: {
      process: placeIfGiven(context, ['process']),
      connections: placeIfGiven(context, ['process', 'connections']),
      log: placeIfGiven(context, ['log']),
      keepalive: placeIfGiven(context, ['server', 'keepalive']),
      trustedProxies: placeIfGiven(context, ['server', 'trusted_proxies']),
      resolver: placeIfGiven(context, ['resolver']),
      compression: placeIfGiven(context, ['compression']),
    },
  };
}

/** nginx takes the group of the user's name unless told; Debian's `nobody` has none of that name. */
function lowerUser(context: LowerContext): readonly Token[] {
  const { user, group } = context.gateway.process;
  const words = user === null ? context.target.user : group === null ? [user] : [user, group];
  return words.flatMap((word) => (word === undefined ? [] : [text(word)]));
}

/** Dynamic modules; none where they are linked in. */
function lowerModules({ target }: LowerContext, { modules }: Needs): readonly { readonly file: Token }[] {
  const { modulesDirectory } = target;
  return modulesDirectory === null ? [] : modules.map((name) => ({ file: text(`${modulesDirectory}/${name}.so`) }));
}

function temporaryPaths(directory: string): readonly { readonly directive: Token; readonly path: Token }[] {
  return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => ({
    directive: text(`${kind}_temp_path`),
    path: text(`${directory}/${kind}`),
  }));
}

function lowerResolver(context: LowerContext): { readonly words: readonly Token[] } | null {
  const { resolver } = context.gateway;
  if (resolver === null) return null;
  return {
    words: [
      ...resolver.addresses.map(text),
      ...(resolver.valid === null ? [] : [text(`valid=${duration(resolver.valid).reads}`)]),
      ...(resolver.ipv6 ? [] : [text('ipv6=off')]),
    ],
  };
}

function lowerCompressor(compressor: Compressor | null) {
  if (compressor === null) return null;
  return {
    level: number(compressor.level),
    minLength: number(compressor.minLength),
    types: compressor.types.map(text),
  };
}

function lowerBrotli(context: LowerContext) {
  const { brotli } = context.gateway.compression;
  if (brotli === null) return null;
  if (!context.capabilities.brotli) {
    context.sink.error('OC4001', ['compression', 'brotli'], {
      part: 'key',
      message: `\`${context.target.name}\` has no Brotli module`,
      help: 'use `gzip`, a Debian target, or `target: { name: …, brotli: true }` if yours has it',
    });
    return null;
  }
  return lowerCompressor(brotli);
}

function lowerTrustedProxies(context: LowerContext) {
  const proxies = context.gateway.server.trustedProxies;
  if (proxies === null) return null;
  return {
    ranges: proxies.ranges.map((range) => ({ range: text(range) })),
    header: text(proxies.header),
    recursive: proxies.recursive,
  };
}
