import type { NginxModule, NginxPlatform } from './platform.ts';
import { parseVersion } from './platform.ts';

/** Where a target's packages put things, and how its container image is made. */
export interface Target {
  readonly name: string;
  readonly platform: NginxPlatform;
  /** Directory of dynamic modules, or null where what we need is linked in. */
  readonly modulesDirectory: string | null;
  /** User and, where it is not named alike, group of the workers. */
  readonly user: readonly [user: string, group?: string];
  readonly pid: string;
  readonly logDirectory: string;
  /** Where temporary files go, or null where the package's own default is right. */
  readonly temporaryDirectory: string | null;
  /** Directories that nginx writes to; a read-only container needs a tmpfs there. */
  readonly writableDirectories: readonly string[];
  readonly certificateAuthorities: string;
  readonly image: TargetImage;
}

interface TargetImage {
  readonly from: string;
  /** Debian packages to install on top; empty for images that bring nginx with them. */
  readonly packages: readonly string[];
}

const debianPackages = [
  'nginx',
  'libnginx-mod-http-lua',
  'lua-resty-core',
  'libnginx-mod-http-brotli-filter',
  'ca-certificates',
];

function debian(options: {
  name: string;
  nginx: readonly [number, number, number];
  lua: readonly [number, number, number];
  openssl: readonly [number, number, number];
  image: string;
  http3: boolean;
}): Target {
  const modules: readonly NginxModule[] = [
    'http_v2',
    'lua',
    'brotli',
    ...(options.http3 ? (['http_v3'] as const) : []),
  ];
  return {
    name: options.name,
    platform: { version: options.nginx, modules, luaVersion: options.lua, opensslVersion: options.openssl },
    modulesDirectory: '/usr/lib/nginx/modules',
    user: ['www-data'],
    pid: '/run/nginx.pid',
    logDirectory: '/var/log/nginx',
    temporaryDirectory: null,
    writableDirectories: ['/var/lib/nginx', '/run'],
    certificateAuthorities: '/etc/ssl/certs/ca-certificates.crt',
    image: { from: options.image, packages: debianPackages },
  };
}

function openresty(options: {
  name: string;
  nginx: readonly [number, number, number];
  lua: readonly [number, number, number];
  image: string;
}): Target {
  return {
    name: options.name,
    platform: {
      version: options.nginx,
      modules: ['http_v2', 'http_v3', 'lua'],
      luaVersion: options.lua,
      opensslVersion: null,
    },
    modulesDirectory: null,
    user: ['nobody', 'nogroup'],
    pid: '/run/nginx.pid',
    logDirectory: '/usr/local/openresty/nginx/logs',
    temporaryDirectory: '/var/run/openresty',
    writableDirectories: ['/var/run/openresty', '/run'],
    certificateAuthorities: '/etc/ssl/certs/ca-certificates.crt',
    image: { from: options.image, packages: ['ca-certificates'] },
  };
}

/** Named targets. Versions: Debian's package lists and OpenResty's bundle table (openresty.org/en/download.html). */
const namedTargets: readonly Target[] = [
  debian({
    name: 'debian-12',
    nginx: [1, 22, 1],
    lua: [0, 10, 23],
    openssl: [3, 0, 0],
    image: 'debian:bookworm-slim',
    http3: false,
  }),
  debian({
    name: 'debian-13',
    nginx: [1, 26, 3],
    lua: [0, 10, 28],
    openssl: [3, 5, 0],
    image: 'debian:trixie-slim',
    http3: true,
  }),
  debian({
    name: 'nginx-1.30',
    nginx: [1, 30, 0],
    lua: [0, 10, 29],
    openssl: [3, 5, 0],
    image: 'debian:testing-slim',
    http3: true,
  }),
  openresty({
    name: 'openresty-1.27',
    nginx: [1, 27, 1],
    lua: [0, 10, 28],
    image: 'openresty/openresty:1.27.1.2-bookworm',
  }),
  openresty({
    name: 'openresty-1.29',
    nginx: [1, 29, 2],
    lua: [0, 10, 31],
    image: 'openresty/openresty:1.29.2.5-1-bookworm',
  }),
];

export const defaultTargetName = 'debian-13';

/** What `target` may be called; `nginx-<version>` stands for all plain ones. */
export const targetNames: readonly string[] = [
  ...namedTargets.map((target) => target.name),
  'nginx-<version>',
  'local',
];

/** Oldest nginx that openclaw writes for: what it emits is known to work from here on. */
const oldestPlain = [1, 20] as const;

/** nginx.org's own builds: no Lua, no Brotli. `nginx-1.28` and `nginx-1.28.0` both name one. */
function plainNginx(name: string): Target | undefined {
  const version = parseVersion(name.slice('nginx-'.length));
  if (!name.startsWith('nginx-') || version === undefined) return undefined;
  if (version[0] !== oldestPlain[0] || version[1] < oldestPlain[1]) return undefined;
  const [major, minor, patch] = version;
  const wholeVersion = name.split('.').length === 3;
  return {
    name,
    platform: {
      version,
      modules: minor >= 25 ? ['http_v2', 'http_v3'] : ['http_v2'],
      luaVersion: null,
      opensslVersion: null,
    },
    modulesDirectory: null,
    user: ['nginx'],
    pid: '/run/nginx.pid',
    logDirectory: '/var/log/nginx',
    temporaryDirectory: null,
    writableDirectories: ['/var/cache/nginx', '/run'],
    certificateAuthorities: '/etc/ssl/certs/ca-certificates.crt',
    image: { from: `nginx:${major}.${minor}${wholeVersion ? `.${patch}` : ''}`, packages: [] },
  };
}

/** The target of a name; undefined when there is none, and for `local`, which only a running machine can answer. */
export function findTarget(name: string): Target | undefined {
  return namedTargets.find((target) => target.name === name) ?? plainNginx(name);
}

/** The same target with modules added or taken away, as the long form of `target` asks. */
export function withModules(
  target: Target,
  changes: { readonly lua?: boolean | undefined; readonly brotli?: boolean | undefined },
): Target {
  const wanted = new Set(target.platform.modules);
  for (const module of ['lua', 'brotli'] as const) {
    if (changes[module] === true) wanted.add(module);
    if (changes[module] === false) wanted.delete(module);
  }
  const luaVersion = wanted.has('lua') ? (target.platform.luaVersion ?? ([0, 10, 28] as const)) : null;
  const packages = target.image.packages.filter(
    (name) => (wanted.has('lua') || !/lua/.test(name)) && (wanted.has('brotli') || !/brotli/.test(name)),
  );
  return {
    ...target,
    platform: { ...target.platform, modules: [...wanted], luaVersion },
    image: { ...target.image, packages },
    modulesDirectory:
      target.modulesDirectory ?? (wanted.size > target.platform.modules.length ? '/usr/lib/nginx/modules' : null),
  };
}

/** Named targets that run Lua, for messages about what others cannot do. */
export function targetsWithLua(): readonly string[] {
  return targetNames.filter((name) => findTarget(name)?.platform.luaVersion != null);
}
