import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../helpers/free-port.ts';
import type { NginxRelease } from '../../helpers/nginx/workspace.ts';
import { type RunningNginx, startNginx } from '../../helpers/nginx.ts';

const templates = fileURLToPath(new URL('../../../templates', import.meta.url));

export interface StreamRoute {
  /** What `proxy_pass` gets. */
  readonly upstream: string;
  /** The route's table in `streams`, as Lua; without it the route has nginx's own limit only. */
  readonly limits?: string;
  /** `proxy_read_timeout`; 60 s by default. */
  readonly read?: string;
  readonly api?: 'openai' | 'anthropic' | 'gemini';
  /** More directives. */
  readonly more?: string;
}

export interface StreamGateway extends RunningNginx {
  readonly port: number;
  /** For HTTP/2 without TLS. */
  readonly http2Port: number;
  /** `$openclaw_stream` of the request with this `X-Id`, once it is logged; `-` when it is empty. */
  outcome(id: string): Promise<string>;
  errorLog(): Promise<string>;
}

/** Starts nginx with a location `/<name>/` for each route, and everything in Lua that watches over streams. */
export async function startStreamGateway(options: {
  readonly release: NginxRelease;
  readonly routes: Readonly<Record<string, StreamRoute>>;
  readonly workers?: number;
  /** Directives of the http block, and of the only server. */
  readonly http?: string;
  readonly server?: string;
  readonly files?: Readonly<Record<string, string>>;
}): Promise<StreamGateway> {
  const port = await freePort();
  const http2Port = await freePort();
  const routes = Object.entries(options.routes);
  const limits = routes.flatMap(([name, route]) => (route.limits ? [`${name} = ${route.limits}`] : []));
  const nginx = await startNginx({
    release: options.release,
    folder: templates,
    ports: [port, http2Port],
    files: {
      'lua/init.lua': `require("openclaw.streams.stream").configure({ streams = { ${limits} } })\n`,
      'lua/header_filter.lua': 'require("openclaw.streams.stream").header()\n',
      'lua/body_filter.lua': 'return require("openclaw.streams.stream").body()\n',
      'lua/log.lua': 'require("openclaw.streams.deadlines").finish()\nrequire("openclaw.streams.stream").finish()\n',
      'nginx.conf': `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
worker_processes ${options.workers ?? 1};
error_log /var/log/nginx/error.log info;
pid /run/nginx.pid;
events { worker_connections 4096; }
http {
  log_format outcome '$http_x_id $openclaw_stream $status $upstream_status';
  access_log /var/log/nginx/access.log outcome;
  lua_package_path "$prefix/lua/?.lua;;";
  init_by_lua_file lua/init.lua;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_buffering off;
  ${options.http ?? ''}
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${http2Port} http2;
    log_by_lua_file lua/log.lua;
    ${options.server ?? ''}
    ${routes.map(([name, route]) => locationOf(name, route)).join('\n')}
  }
}
`,
      ...options.files,
    },
  });
  async function outcome(id: string): Promise<string> {
    for (let waited = 0; waited < 5_000; waited += 10) {
      const log = await nginx.readFile('/var/log/nginx/access.log');
      const line = log.split('\n').find((text) => text.startsWith(`${id} `));
      if (line !== undefined) return line.split(' ')[1] || '-';
      await sleep(10);
    }
    throw new Error(`no request ${id} in the access log`);
  }
  return { ...nginx, port, http2Port, outcome, errorLog: () => nginx.readFile('/var/log/nginx/error.log') };
}

function locationOf(name: string, route: StreamRoute): string {
  return `location /${name}/ {
      set $openclaw_route ${name};
      set $openclaw_api ${route.api ?? 'openai'};
      set $openclaw_stream "";
      access_by_lua_block { require("openclaw.streams.deadlines").begin(nil, "${name}") }
      header_filter_by_lua_file lua/header_filter.lua;
      body_filter_by_lua_file lua/body_filter.lua;
      proxy_read_timeout ${route.read ?? '60s'};
      ${route.more ?? ''}
      proxy_pass ${route.upstream};
    }`;
}
