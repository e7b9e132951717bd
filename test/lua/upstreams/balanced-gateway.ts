import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import type { NginxRelease } from '../../helpers/nginx/workspace.ts';
import { type RunningNginx, startNginx } from '../../helpers/nginx.ts';
import { initScript } from '../init-script.ts';

const templates = fileURLToPath(new URL('../../../templates', import.meta.url));

export interface BalancedServer {
  readonly host: string;
  readonly port?: number;
  readonly unix?: boolean;
  readonly service?: string;
  readonly weight?: number;
  readonly maxFails?: number;
  readonly failTimeout?: number;
  readonly maxConns?: number;
  readonly slowStart?: number;
  readonly backup?: boolean;
  readonly down?: boolean;
}

export interface BalancedGatewayOptions {
  readonly release: NginxRelease;
  /** By default one. */
  readonly workers?: number;
  /** By default round_robin. */
  readonly kind?: string;
  readonly servers: readonly BalancedServer[];
  /** By default two. */
  readonly tries?: number;
  /** Further fields of the balancer's Lua table, such as `health = { … }`. */
  readonly fields?: string;
  /** A DNS server of 127.0.0.1. */
  readonly dnsPort?: number;
  /** Further fields of the gateway's Lua table. */
  readonly data?: string;
  /** Further directives of the location that passes requests on. */
  readonly location?: string;
  /** Further locations. */
  readonly server?: string;
  readonly http?: string;
  readonly scheme?: 'http' | 'https';
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly hosts?: Readonly<Record<string, string>>;
}

export interface BalancedGateway extends RunningNginx {
  readonly url: string;
  readonly port: number;
  errorLog(): Promise<string>;
  /** Lines of the error log that our Lua wrote at this level, from `openclaw: ` on. */
  logged(level: 'error' | 'warn' | 'notice'): Promise<string[]>;
  /** SIGHUP; resolves when only new workers are left. */
  replaceWorkers(): Promise<void>;
}

/** Starts nginx with the upstream `llama`, whose requests our Lua spreads, and /openclaw/health. */
export async function startBalancedGateway(options: BalancedGatewayOptions): Promise<BalancedGateway> {
  const port = await freePort();
  const nginx = await startNginx({
    release: options.release,
    folder: templates,
    ports: [port],
    env: options.env ?? {},
    hosts: options.hosts ?? {},
    files: {
      'nginx.conf': nginxConf(port, options),
      'lua/init.lua': initScript,
      'lua/init_worker.lua': 'require("openclaw.gateway").init_worker()\n',
      'lua/gateway.lua': gatewayLua(options),
      ...options.files,
    },
  });
  const errorLog = () => nginx.readFile('/var/log/nginx/error.log');
  return {
    ...nginx,
    url: `http://127.0.0.1:${port}`,
    port,
    errorLog,
    logged: async (level) => {
      const lines = (await errorLog()).split('\n').filter((line) => line.includes(`[${level}]`));
      return lines.flatMap((line) => /openclaw: (.*?)(?:, context: .*|, client: .*|while .*)?$/.exec(line)?.[1] ?? []);
    },
    replaceWorkers: async () => {
      const before = await nginx.workerPids();
      await nginx.reload();
      const areGone = async () => (await nginx.workerPids()).every((pid) => !before.includes(pid));
      await expect.poll(areGone, { timeout: 10_000 }).toBe(true);
    },
  };
}

function luaServer(server: BalancedServer): string {
  return `{ host = "${server.host}", port = ${server.port ?? 'nil'}, unix = ${server.unix ?? 'nil'},
    service = ${server.service ? `"${server.service}"` : 'nil'}, weight = ${server.weight ?? 1},
    max_fails = ${server.maxFails ?? 1}, fail_timeout = ${server.failTimeout ?? 10},
    max_conns = ${server.maxConns ?? 0}, slow_start = ${server.slowStart ?? 0},
    backup = ${server.backup ?? false}, down = ${server.down ?? false} }`;
}

function gatewayLua(options: BalancedGatewayOptions): string {
  const resolver =
    options.dnsPort === undefined
      ? ''
      : `resolver = { addresses = { "127.0.0.1:${options.dnsPort}" }, ipv6 = false, timeout = 0.3 },`;
  return `return {
  ${resolver}
  balancers = { llama = {
    kind = "${options.kind ?? 'round_robin'}", tries = ${options.tries ?? 2},
    servers = { ${options.servers.map(luaServer)} },
    ${options.fields ?? ''}
  } },
  ${options.data ?? ''}
}\n`;
}

function nginxConf(port: number, options: BalancedGatewayOptions): string {
  return `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
worker_processes ${options.workers ?? 1};
worker_rlimit_nofile 4096;
worker_shutdown_timeout 5s;
error_log /var/log/nginx/error.log info;
pid /run/nginx.pid;
events { worker_connections 2000; }
http {
  access_log off;
  lua_package_path "$prefix/lua/?.lua;;";
  lua_socket_log_errors off;
  lua_shared_dict openclaw_state 1m;
  lua_shared_dict openclaw_conversations 16m;
  init_by_lua_file lua/init.lua;
  init_worker_by_lua_file lua/init_worker.lua;
  log_by_lua_block { require("openclaw.upstreams.upstream").finish() require("openclaw.core.request_state").drop() }
  upstream llama {
    server 0.0.0.1;
    balancer_by_lua_block { require("openclaw.upstreams.upstream").balance("llama") }
    keepalive 64;
    keepalive_timeout 30s;
  }
  ${options.http ?? ''}
  server {
    # Each worker with a socket of its own, or the first one up would get every connection.
    listen 127.0.0.1:${port}${(options.workers ?? 1) > 1 ? ' reuseport' : ''};
    keepalive_requests 1000000;
    set $openclaw_plan "";
    set $openclaw_conversation "";
    set $openclaw_client "";
    set $openclaw_caller "apps/$http_x_client";
    client_body_buffer_size 1m;
    location = /openclaw/health { content_by_lua_block { require("openclaw.health").answer() } }
    location / {
      access_by_lua_block { require("openclaw.upstreams.upstream").prepare("llama") }
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_connect_timeout 2s;
      add_header X-Server $upstream_addr always;
      add_header X-Worker $pid always;
      add_header X-OpenClaw-Conversation $openclaw_conversation always;
      ${options.location ?? ''}
      proxy_pass ${options.scheme ?? 'http'}://llama;
    }
    ${options.server ?? ''}
  }
}
`;
}
