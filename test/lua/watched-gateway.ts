import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort } from '../helpers/free-port.ts';
import { request } from '../helpers/http-client.ts';
import type { NginxRelease } from '../helpers/nginx/workspace.ts';
import { type RunningNginx, startNginx } from '../helpers/nginx.ts';

const templates = fileURLToPath(new URL('../../templates', import.meta.url));

export interface WatchedGatewayOptions {
  readonly release: NginxRelease;
  /** By default one. */
  readonly workers?: number;
  /** By default 32m; null leaves out the memory that outlives a reload. */
  readonly memory?: string | null;
  /** Lua that runs before anything else. */
  readonly prelude?: string;
  readonly files?: Readonly<Record<string, string>>;
}

export interface WatchedGateway extends RunningNginx {
  readonly port: number;
  /** Who the gateway takes the caller with this key for, or why it does not know. */
  whoHas(key: string, agent?: Agent): Promise<string>;
  /** A kept connection to each of the workers, by process id. */
  connectAll(): Promise<ReadonlyMap<string, Agent>>;
  errorLog(): Promise<string>;
}

/** Starts nginx with the key map `apps`, which takes the keys of `keys/apps.keys` as bearer tokens. */
export async function startWatchedGateway(options: WatchedGatewayOptions): Promise<WatchedGateway> {
  const { workers = 1 } = options;
  const port = await freePort();
  const nginx = await startNginx({
    release: options.release,
    folder: templates,
    ports: [port],
    files: {
      'nginx.conf': nginxConf(port, options),
      'lua/init.lua': `${options.prelude ?? ''}\nrequire("openclaw.gateway").init(require("gateway"))\n`,
      'lua/init_worker.lua': 'require("openclaw.gateway").init_worker()\n',
      'lua/gateway.lua': `return { key_maps = { apps = {
        files = { { path = "keys/apps.keys", label = "keys/apps.keys" } }, sources = { { kind = "bearer" } },
      } } }\n`,
      ...options.files,
    },
  });
  const ask = (key: string, agent?: Agent) =>
    request({ port, headers: { authorization: `Bearer ${key}` }, ...(agent && { agent }) });
  return {
    ...nginx,
    port,
    whoHas: async (key, agent) => (await ask(key, agent)).text,
    connectAll: async () => {
      const found = new Map<string, Agent>();
      while (found.size < workers) {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const pid = (await ask('', agent)).headers['x-worker'] ?? '';
        if (found.has(pid)) agent.destroy();
        else found.set(pid, agent);
      }
      return found;
    },
    errorLog: () => nginx.readFile('/var/log/nginx/error.log'),
  };
}

/** A line of a key file. */
export function keyLine(id: string, key: string, attributes = ''): string {
  return `${id} sha256:${hashOf(key)} ${attributes}`.trimEnd().concat('\n');
}

export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function nginxConf(port: number, { workers = 1, memory = '32m' }: WatchedGatewayOptions): string {
  return `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
worker_processes ${workers};
error_log /var/log/nginx/error.log info;
pid /run/nginx.pid;
events {}
http {
  access_log /var/log/nginx/access.log;
  lua_package_path "$prefix/lua/?.lua;;";
  ${memory === null ? '' : `lua_shared_dict openclaw_keys ${memory};`}
  init_by_lua_file lua/init.lua;
  init_worker_by_lua_file lua/init_worker.lua;
  server {
    listen 127.0.0.1:${port} reuseport;
    keepalive_timeout 300s;
    keepalive_requests 100000;
    location / {
      add_header X-Worker $pid;
      content_by_lua_block {
        local entry, reason = require("openclaw.key_maps").identify("apps")
        ngx.print(entry and entry.id or reason)
      }
    }
    location = /openclaw/health {
      content_by_lua_block { require("openclaw.health").answer() }
    }
  }
}
`;
}
