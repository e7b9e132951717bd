/** `[major, minor, patch]` of an nginx core; OpenResty counts by the core it bundles. */
export type NginxVersion = readonly [number, number, number];

/** Modules beyond stock nginx that openclaw knows how to use. */
export type NginxModule = 'lua' | 'brotli' | 'http_v3' | 'http_v2';

/** What a rendered configuration will run on. */
export interface NginxPlatform {
  readonly version: NginxVersion;
  readonly modules: readonly NginxModule[];
  /** `lua-nginx-module`'s own version where Lua is there, such as `[0, 10, 23]`. */
  readonly luaVersion: NginxVersion | null;
  /** The OpenSSL that it runs with, or null where nobody can say. */
  readonly opensslVersion: NginxVersion | null;
}

/** Reads `1.26.3`, `1.26` or `0.10.23`; missing parts count as 0. Undefined when it is not a version. */
export function parseVersion(text: string): NginxVersion | undefined {
  const match = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareVersions(a: NginxVersion, b: NginxVersion): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

export function formatVersion(version: NginxVersion): string {
  return version.join('.');
}
