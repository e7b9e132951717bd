import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { OperationError } from '../diagnostics/operation-error.ts';
import type { NginxModule, NginxVersion } from '../nginx/platform.ts';
import { parseVersion } from '../nginx/platform.ts';
import type { Target } from '../nginx/targets.ts';
import { findTarget } from '../nginx/targets.ts';

/** nginx answers `-V` at once; a program that does not is not nginx. */
const patience = 10_000;

/** The target `local`: what the nginx on this machine says of itself. Throws `OperationError` when there is none. */
export async function findLocalTarget(): Promise<Target> {
  for (const program of ['nginx', 'openresty']) {
    try {
      const { stderr } = await execa(program, ['-V'], { timeout: patience, stdin: 'ignore' });
      return targetFromVersionText(stderr);
    } catch (cause) {
      if ((cause as { code?: unknown }).code === 'ENOENT') continue;
      if (cause instanceof OperationError) throw cause;
      throw new OperationError(`\`${program} -V\` failed`, { cause });
    }
  }
  throw new OperationError('there is no nginx on this machine', {
    help: 'install one, or name a target such as `debian-13`',
  });
}

/** Reads the output of `nginx -V`. `has` tells whether a module's file is there. */
export function targetFromVersionText(versionText: string, has: (file: string) => boolean = existsSync): Target {
  const found = /^nginx version: (nginx|openresty)\/(\d+\.\d+\.\d+)/m.exec(versionText);
  const version = parseVersion(found?.[2] ?? '');
  if (found === null || version === undefined) throw new OperationError('`nginx -V` did not name its version');
  const option = (name: string): string | undefined =>
    new RegExp(`--${name}=('[^']*'|\\S+)`).exec(versionText)?.[1]?.replaceAll("'", '');
  const prefix = option('prefix') ?? '/usr/local/nginx';
  const isOpenresty = found[1] === 'openresty';
  const modulesDirectory = option('modules-path') ?? `${prefix}/modules`;
  const hasModule = (name: string): boolean => has(`${modulesDirectory}/${name}.so`);
  const modules: readonly NginxModule[] = [
    ...(versionText.includes('--with-http_v2_module') ? (['http_v2'] as const) : []),
    ...(versionText.includes('--with-http_v3_module') ? (['http_v3'] as const) : []),
    ...(isOpenresty || hasModule('ngx_http_lua_module') ? (['lua'] as const) : []),
    ...(hasModule('ngx_http_brotli_filter_module') ? (['brotli'] as const) : []),
  ];
  const accessLog = option('http-log-path');
  return {
    name: 'local',
    platform: {
      version,
      modules,
      luaVersion: modules.includes('lua') ? luaVersionFor(version) : null,
      opensslVersion: opensslVersionIn(versionText),
    },
    modulesDirectory: isOpenresty ? null : modulesDirectory,
    user: localUser(option('user'), option('group'), has),
    pid: option('pid-path') ?? '/run/nginx.pid',
    logDirectory: accessLog === undefined ? `${prefix}/logs` : dirname(accessLog),
    temporaryDirectory: null,
    writableDirectories: ['/run'],
    certificateAuthorities:
      ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'].find(has) ??
      '/etc/ssl/certs/ca-certificates.crt',
    image: findTarget(`nginx-${version[0]}.${version[1]}`)?.image ?? { from: 'debian:trixie-slim', packages: [] },
  };
}

/** `built with OpenSSL 3.0.22 … (running with OpenSSL 3.0.19 …)`, the latter where they differ; null for other libraries. */
function opensslVersionIn(versionText: string): NginxVersion | null {
  const [, running, built] =
    /^built with OpenSSL .*\(running with OpenSSL (\S+)|^built with OpenSSL (\S+)/m.exec(versionText) ?? [];
  return parseVersion(running ?? built ?? '') ?? null;
}

/** What was configured, else what the distribution uses; nginx looks for a group of the same name. */
function localUser(
  user: string | undefined,
  group: string | undefined,
  has: (file: string) => boolean,
): Target['user'] {
  if (user !== undefined) return group === undefined || group === user ? [user] : [user, group];
  return has('/etc/debian_version') ? ['www-data'] : ['nobody'];
}

/** `-V` does not tell the Lua module's version; the named targets know what goes with which nginx. */
function luaVersionFor(version: NginxVersion): NginxVersion {
  const near = ['openresty-1.29', 'nginx-1.30', 'openresty-1.27', 'debian-13', 'debian-12']
    .map((name) => findTarget(name)?.platform)
    .filter((platform) => platform !== undefined)
    .filter((platform) => platform.version[1] <= version[1])
    .sort((a, b) => b.version[1] - a.version[1])[0];
  return near?.luaVersion ?? [0, 10, 23];
}
