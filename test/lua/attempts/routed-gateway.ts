import { fileURLToPath } from 'node:url';
import { freePort } from '../../helpers/free-port.ts';
import type { NginxRelease } from '../../helpers/nginx/workspace.ts';
import { type RunningNginx, startNginx } from '../../helpers/nginx.ts';
import { initScript } from '../init-script.ts';

const templates = fileURLToPath(new URL('../../../templates', import.meta.url));

export interface RoutedUpstream {
  /** Ports of 127.0.0.1. */
  readonly ports: readonly number[];
  /** Put before the client's path. */
  readonly basePath?: string;
  /** The header that carries its key; `query` puts it into the argument `key`. */
  readonly credential?: 'authorization' | 'x-api-key' | 'query';
}

export interface RoutedGatewayOptions {
  readonly release: NginxRelease;
  readonly workers?: number;
  readonly upstreams: Readonly<Record<string, RoutedUpstream>>;
  /** The parts of the Lua table that the generated lua/gateway.lua returns, such as `routes = { … },`. */
  readonly data: string;
  /** Names of `routes` in `data`; each is served at `/<name>/`. */
  readonly routes: readonly string[];
  /** Lua of `{ [name] = identity }`; a request names its caller by X-Caller. */
  readonly callers?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly firstByte?: string;
  /** Further directives of every attempt. */
  readonly attempt?: string;
  /** Further directives. */
  readonly http?: string;
  readonly server?: string;
  readonly files?: Readonly<Record<string, string>>;
}

export interface RoutedGateway extends RunningNginx {
  readonly url: string;
  readonly port: number;
  errorLog(): Promise<string>;
}

/** Starts nginx as a generated configuration does for routes whose upstream the gateway chooses. */
export async function startRoutedGateway(options: RoutedGatewayOptions): Promise<RoutedGateway> {
  const port = await freePort();
  const nginx = await startNginx({
    release: options.release,
    folder: templates,
    ports: [port],
    env: options.env ?? {},
    files: {
      'nginx.conf': nginxConf(port, options),
      'lua/init.lua': initScript,
      'lua/init_worker.lua': 'require("openclaw.gateway").init_worker()\n',
      'lua/gateway.lua': `return { ${options.data} }\n`,
      'lua/callers.lua': `return ${options.callers ?? '{}'}\n`,
      ...attemptFiles(options.upstreams),
      ...options.files,
    },
  });
  return {
    ...nginx,
    url: `http://127.0.0.1:${port}`,
    port,
    errorLog: () => nginx.readFile('/var/log/nginx/error.log'),
  };
}

function attemptFiles(upstreams: Readonly<Record<string, RoutedUpstream>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(upstreams).map(([name, { credential }]) => {
      const use =
        credential === 'query'
          ? `require("openclaw.credentials.credential").use_query("${name}", "key", client, tier, route)`
          : `require("openclaw.credentials.credential").use("${name}", client, tier, route)`;
      return [
        `lua/attempt/${name}.lua`,
        `local client, tier, route = require("openclaw.attempts.attempts").enter("${name}")\n${credential ? use : ''}\n`,
      ];
    }),
  );
}

function nginxConf(port: number, options: RoutedGatewayOptions): string {
  const upstreams = Object.entries(options.upstreams);
  return `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
worker_processes ${options.workers ?? 1};
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events {}
http {
  access_log off;
  uninitialized_variable_warn off;
  lua_package_path "$prefix/lua/?.lua;;";
  lua_shared_dict openclaw_state 1m;
  lua_shared_dict openclaw_key_health 512k;
  init_by_lua_file lua/init.lua;
  init_worker_by_lua_file lua/init_worker.lua;
  ${options.http ?? ''}
  ${upstreams.map(([name, { ports }]) => `upstream ${name} { ${ports.map((to) => `server 127.0.0.1:${to} max_fails=0;`).join(' ')} }`).join('\n  ')}
  server {
    listen 127.0.0.1:${port} reuseport;
    recursive_error_pages on;
    client_body_buffer_size 1m;
    client_max_body_size 16m;
    proxy_http_version 1.1;
    proxy_buffering off;
    proxy_connect_timeout 1s;
    proxy_read_timeout ${options.firstByte ?? '5s'};
    proxy_next_upstream error timeout;
    log_by_lua_block {
      require("openclaw.attempts.attempts").finish()
      require("openclaw.core.request_state").drop()
    }
    ${options.routes.map((route) => routeLocations(route, options)).join('\n    ')}
    location @openclaw_failed {
      content_by_lua_block { require("openclaw.attempts.attempts").answer_failure() }
    }
    ${options.server ?? ''}
  }
}
`;
}

/** What every location of a route starts with. */
const routeVariables = `set $openclaw_upstream ""; set $openclaw_uri $uri; set $openclaw_args $args;
      set $openclaw_plan ""; set $openclaw_next ""; set $openclaw_model ""; set $openclaw_client "";`;

function routeLocations(route: string, options: RoutedGatewayOptions): string {
  const attempts = Object.entries(options.upstreams).map(([name, upstream]) => {
    const common = `${attemptDirectives(name, upstream)} ${options.attempt ?? ''}`;
    return `location @${route}.${name} {
      ${common}
      proxy_intercept_errors on;
      error_page 401 402 403 429 500 502 503 504 529 = $openclaw_next;
    }
    location @${route}.${name}.last {
      ${common}
      error_page 502 504 = @openclaw_failed;
    }`;
  });
  return `location ^~ /${route}/ {
      set $openclaw_route ${route};
      ${routeVariables}
      access_by_lua_block {
        local name = ngx.var.http_x_caller
        local identity = name and require("callers")[name]
        return require("openclaw.attempts.router").start("${route}", name, identity and identity.tier, identity)
      }
    }
    ${attempts.join('\n    ')}`;
}

function attemptDirectives(name: string, { basePath, credential }: RoutedUpstream): string {
  const header = credential === 'authorization' ? '"Bearer $openclaw_credential"' : '$openclaw_credential';
  return `set $openclaw_upstream ${name};
      set $openclaw_credential "";
      rewrite "(?s)\\A.*\\z" ${basePath ?? ''}$openclaw_uri break;
      access_by_lua_file lua/attempt/${name}.lua;
      header_filter_by_lua_block { require("openclaw.attempts.attempts").header() }
      add_header X-Model $openclaw_model always;
      proxy_set_header Host ${name}.test;
      proxy_set_header Connection "";
      proxy_set_header Authorization "";
      proxy_set_header X-Caller "";
      ${credential && credential !== 'query' ? `proxy_set_header ${credential} ${header};` : ''}
      proxy_pass http://${name};`;
}
