import type { NginxPlatform } from './platform.ts';
import { compareVersions } from './platform.ts';

/** What a platform can do, asked by name: the only place that compares versions for a feature. */
export interface Capabilities {
  readonly lua: boolean;
  readonly brotli: boolean;
  /** `http2 on;` instead of `listen … http2`: since 1.25.1 (ngx_http_v2_module). */
  readonly http2Directive: boolean;
  /** `server … resolve` in `upstream`: open source since 1.27.3 (ngx_http_upstream_module). */
  readonly upstreamResolve: boolean;
  /** `least_time` in `upstream`: open source since 1.31.0 (ngx_http_upstream_module). */
  readonly leastTime: boolean;
  /** Upstreams keep connections unless they say `keepalive 0`: since 1.29.7 (ngx_http_upstream_module). */
  readonly keepaliveByDefault: boolean;
  /** `balancer_by_lua` with `recreate_request` and friends; ours needs only `set_current_peer`. */
  readonly luaBalancer: boolean;
  /** A reload keeps certificates and CRLs of files whose time, in seconds, and number are the same: since 1.27.4. */
  readonly inheritsCertificates: boolean;
  /** The key exchange X25519MLKEM768: since OpenSSL 3.5 (its CHANGES.md); older ones refuse lists that name it. */
  readonly mlKem: boolean;
}

export function capabilitiesOf(platform: NginxPlatform): Capabilities {
  const since = (major: number, minor: number, patch: number): boolean =>
    compareVersions(platform.version, [major, minor, patch]) >= 0;
  const lua = platform.modules.includes('lua');
  return {
    lua,
    brotli: platform.modules.includes('brotli'),
    http2Directive: since(1, 25, 1),
    upstreamResolve: since(1, 27, 3),
    leastTime: since(1, 31, 0),
    keepaliveByDefault: since(1, 29, 7),
    luaBalancer: lua,
    inheritsCertificates: since(1, 27, 4),
    mlKem: platform.opensslVersion !== null && compareVersions(platform.opensslVersion, [3, 5, 0]) >= 0,
  };
}
