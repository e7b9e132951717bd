import { fileURLToPath } from 'node:url';
import { freePort } from '../../helpers/free-port.ts';
import type { NginxRelease } from '../../helpers/nginx/workspace.ts';
import { type RunningNginx, startNginx } from '../../helpers/nginx.ts';

const templates = fileURLToPath(new URL('../../../templates', import.meta.url));

export interface AuthGatewayOptions {
  readonly release: NginxRelease;
  readonly workers?: number;
  /** Directives of the http block. */
  readonly http?: string;
  /** Directives of the only server. */
  readonly server: string;
  readonly files?: Readonly<Record<string, string>>;
}

export interface AuthGateway extends RunningNginx {
  readonly url: string;
  errorLog(): Promise<string>;
}

/** Starts nginx with the Lua library and the dictionary that its workers share; connections are spread over them. */
export async function startAuthGateway(options: AuthGatewayOptions): Promise<AuthGateway> {
  const port = await freePort();
  const nginx = await startNginx({
    release: options.release,
    folder: templates,
    ports: [port],
    files: { 'nginx.conf': nginxConf(port, options), ...options.files },
  });
  return { ...nginx, url: `http://127.0.0.1:${port}`, errorLog: () => nginx.readFile('/var/log/nginx/error.log') };
}

function nginxConf(port: number, options: AuthGatewayOptions): string {
  return `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
worker_processes ${options.workers ?? 1};
error_log /var/log/nginx/error.log info;
pid /run/nginx.pid;
events {}
http {
  access_log off;
  lua_package_path "$prefix/lua/?.lua;;";
  lua_shared_dict openclaw_auth 2m;
  ${options.http ?? ''}
  server {
    listen 127.0.0.1:${port} reuseport;
    ${options.server}
  }
}
`;
}
