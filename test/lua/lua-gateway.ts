import { fileURLToPath } from 'node:url';
import { freePort } from '../helpers/free-port.ts';
import type { NginxRelease } from '../helpers/nginx/workspace.ts';
import { type RunningNginx, startNginx } from '../helpers/nginx.ts';
import { initScript } from './init-script.ts';

const templates = fileURLToPath(new URL('../../templates', import.meta.url));

export interface LuaGatewayOptions {
  readonly release: NginxRelease;
  /** The Lua table that the generated lua/gateway.lua returns. */
  readonly data: string;
  /** Directives of the http block. */
  readonly http?: string;
  /** Directives of the only server. */
  readonly server: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

export interface LuaGateway extends RunningNginx {
  readonly url: string;
  readonly port: number;
  errorLog(): Promise<string>;
}

/** Starts nginx with the Lua library as a generated configuration would: one worker, one server, data beside it. */
export async function startLuaGateway(options: LuaGatewayOptions): Promise<LuaGateway> {
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
      'lua/gateway.lua': `return ${options.data}\n`,
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

function nginxConf(port: number, options: LuaGatewayOptions): string {
  return `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
worker_processes 1;
error_log /var/log/nginx/error.log info;
pid /run/nginx.pid;
events {}
http {
  access_log off;
  lua_package_path "$prefix/lua/?.lua;;";
  lua_socket_log_errors off;
  init_by_lua_file lua/init.lua;
  init_worker_by_lua_file lua/init_worker.lua;
  ${options.http ?? ''}
  server {
    listen 127.0.0.1:${port};
    ${options.server}
  }
}
`;
}
