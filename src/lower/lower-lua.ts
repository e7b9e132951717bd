import type { Upstream } from '../model/gateway.ts';
import { findTarget, targetNames } from '../nginx/targets.ts';
import type { Token } from '../nginx/token.ts';
import { comment, luaBoolean, luaNumber, luaString, text } from '../nginx/token.ts';
import type { LowerContext, LoweredFile } from './lower-context.ts';
import { placeOf } from './lower-context.ts';
import type { Resolution } from './upstream-resolution.ts';

export interface LoweredLua {
  readonly files: readonly LoweredFile[];
  /** The access script of an upstream's routes, for those that need one. */
  readonly accessFiles: ReadonlyMap<string, Token>;
  readonly hasWorkerInit: boolean;
}

export function luaFile(phase: 'access' | 'balancer', upstream: string): string {
  return `lua/${phase}/${upstream}.lua`;
}

/** The Lua that the gateway needs: credentials that are read at start, names that are followed. None if none is. */
export function lowerLua(context: LowerContext, resolution: ReadonlyMap<string, Resolution>): LoweredLua {
  const scripted = [...context.upstreams.values()].filter((upstream) => needsAccessScript(upstream, resolution));
  if (scripted.length === 0) return { files: [], accessFiles: new Map(), hasWorkerInit: false };
  if (!context.capabilities.lua) {
    for (const upstream of scripted) reportMissingLua(upstream, context);
    return { files: [], accessFiles: new Map(), hasWorkerInit: false };
  }
  const followed = scripted.filter((upstream) => resolution.get(upstream.name) === 'lua');
  const files: readonly LoweredFile[] = [
    { path: 'lua/init.lua', template: 'lua/init.lua', language: 'lua', view: {} },
    ...(followed.length === 0
      ? []
      : [{ path: 'lua/init_worker.lua', template: 'lua/init_worker.lua', language: 'lua', view: {} } as const]),
    {
      path: 'lua/gateway.lua',
      template: 'lua/gateway.lua',
      language: 'lua',
      view: lowerData(context, scripted, followed),
    },
    ...scripted.map(
      (upstream) =>
        ({
          path: luaFile('access', upstream.name),
          template: 'lua/access.lua',
          language: 'lua',
          view: lowerAccess(upstream, context, resolution),
        }) as const,
    ),
    ...followed.map(
      (upstream) =>
        ({
          path: luaFile('balancer', upstream.name),
          template: 'lua/balancer.lua',
          language: 'lua',
          view: { name: luaString(upstream.name) },
        }) as const,
    ),
    { folder: 'lua/openclaw' },
  ];
  return {
    files,
    accessFiles: new Map(scripted.map((upstream) => [upstream.name, text(luaFile('access', upstream.name))])),
    hasWorkerInit: followed.length > 0,
  };
}

function needsAccessScript(upstream: Upstream, resolution: ReadonlyMap<string, Resolution>): boolean {
  return (
    upstream.credential !== null || upstream.credentialArguments.length > 0 || resolution.get(upstream.name) === 'lua'
  );
}

function reportMissingLua(upstream: Upstream, context: LowerContext): void {
  const withLua = targetNames.filter((name) => findTarget(name)?.platform.luaVersion != null);
  const path = upstream.credential === null ? [...upstream.at, 'provider'] : [...upstream.at, 'credential'];
  context.sink.error('OC4001', path, {
    part: 'key',
    message: `\`${context.target.name}\` cannot ${upstream.credential === null ? `remove clients' keys from requests to \`${upstream.name}\`` : 'inject credentials'}: it has no Lua`,
    help: `targets that can: ${withLua.join(', ')}`,
  });
}

function lowerAccess(upstream: Upstream, context: LowerContext, resolution: ReadonlyMap<string, Resolution>): object {
  const placement = upstream.credential?.placement;
  const argument = placement?.kind === 'query' ? placement.name : null;
  const stripped = upstream.credentialArguments.filter((name) => name !== argument);
  return {
    title: comment(upstream.name),
    place: placeOf(context, upstream.at),
    name: luaString(upstream.name),
    follows: resolution.get(upstream.name) === 'lua',
    stripped: stripped.map((name) => ({ name: luaString(name) })),
    inHeader: placement?.kind === 'header',
    argument: argument === null ? null : luaString(argument),
  };
}

function lowerData(context: LowerContext, scripted: readonly Upstream[], followed: readonly Upstream[]): object {
  const { resolver } = context.gateway;
  return {
    credentials: scripted.flatMap((upstream) =>
      upstream.credential === null
        ? []
        : [
            {
              name: luaString(upstream.name),
              source: luaString(upstream.credential.from.source),
              reference: luaString(upstream.credential.from.name),
            },
          ],
    ),
    resolver:
      resolver === null || followed.length === 0
        ? null
        : {
            addresses: resolver.addresses.map((address) => ({ address: luaString(address) })),
            valid: resolver.valid === null ? null : luaNumber(Math.max(1, Math.round(resolver.valid / 1000))),
            ipv6: luaBoolean(resolver.ipv6),
          },
    upstreams: followed.map((upstream) => ({
      name: luaString(upstream.name),
      servers: upstream.servers.map((server) => ({
        host: luaString(server.host),
        port: luaNumber(server.port),
        weight: luaNumber(Math.max(1, server.weight)),
        maxFails: luaNumber(server.maxFails),
        failTimeout: luaNumber(Math.ceil(server.failTimeout / 1000)),
        backup: luaBoolean(server.backup),
        down: luaBoolean(server.down),
      })),
    })),
  };
}
