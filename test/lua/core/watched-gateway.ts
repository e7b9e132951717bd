import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { request } from '../../helpers/http-client.ts';
import type { NginxRelease } from '../../helpers/nginx/workspace.ts';
import { type RunningNginx, startNginx } from '../../helpers/nginx.ts';
import { initScript } from '../init-script.ts';

const templates = fileURLToPath(new URL('../../../templates', import.meta.url));

export interface WatchedGatewayOptions {
  readonly release: NginxRelease;
  /** What `keys/apps.keys` holds at the start. */
  readonly keys: string;
  /** By default one. */
  readonly workers?: number;
  /** By default 32m; null leaves out the memory that outlives a reload. */
  readonly memory?: string | null;
  /** How many files and connections a worker may have open. */
  readonly openFiles?: number;
  /** Lua that runs before anything else. */
  readonly prelude?: string;
}

export interface WatchedGateway extends RunningNginx {
  readonly port: number;
  /** Where this process finds `keys/apps.keys`. */
  readonly file: string;
  /** SIGHUP; resolves when only new workers are left. */
  reload(): Promise<void>;
  /** Puts another file into its place. */
  replace(text: string): Promise<void>;
  /** Who the gateway takes the caller with this key for, or why it does not know. */
  whoHas(key: string, agent?: Agent): Promise<string>;
  /** Waits until the caller with this key is taken for `want`. */
  becomes(key: string, want: string): Promise<void>;
  /** A kept connection to each of the workers. */
  connectAll(): Promise<readonly Agent[]>;
  errorLog(): Promise<string>;
  /** What the log says of the key file at this level, worded as it is logged. */
  logged(level: 'error' | 'warn' | 'notice'): Promise<string[]>;
  /** Rejects when a log has one of the keys or the beginning of its hash. */
  expectUnlogged(...keys: readonly string[]): Promise<void>;
}

/** Starts nginx with the key map `apps`, whose keys come as bearer tokens, until the end of the test. */
export async function startWatchedGateway(
  context: Pick<TestContext, 'expect' | 'onTestFinished'>,
  options: WatchedGatewayOptions,
): Promise<WatchedGateway> {
  const { expect } = context;
  const { workers = 1 } = options;
  const port = await freePort();
  const nginx = await startNginx({
    release: options.release,
    folder: templates,
    ports: [port],
    files: {
      'nginx.conf': nginxConf(port, options),
      'lua/init.lua': `${options.prelude ?? ''}\n${initScript}`,
      'lua/init_worker.lua': 'require("openclaw.gateway").init_worker()\n',
      'lua/gateway.lua': `return { key_maps = { apps = {
        files = { { path = "keys/apps.keys", label = "keys/apps.keys" } }, sources = { { kind = "bearer" } },
      } } }\n`,
      'keys/apps.keys': options.keys,
    },
  });
  context.onTestFinished(nginx.stop);
  const file = join(nginx.prefix, 'keys/apps.keys');
  const ask = (key: string, agent?: Agent) =>
    request({ port, headers: { authorization: `Bearer ${key}` }, ...(agent && { agent }) });
  const whoHas = async (key: string, agent?: Agent) => (await ask(key, agent)).text;
  const errorLog = () => nginx.readFile('/var/log/nginx/error.log');
  return {
    ...nginx,
    port,
    file,
    reload: async () => {
      const before = await nginx.workerPids();
      await nginx.reload();
      const areGone = async () => (await nginx.workerPids()).every((pid) => !before.includes(pid));
      await expect.poll(areGone, { timeout: 5_000 }).toBe(true);
    },
    whoHas,
    errorLog,
    replace: async (text) => {
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    },
    becomes: (key, want) => expect.poll(() => whoHas(key), { timeout: 5_000 }).toBe(want),
    connectAll: async () => {
      const found = new Map<string, Agent>();
      while (found.size < workers) {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const pid = (await ask('', agent)).headers['x-worker'] ?? '';
        if (found.has(pid)) agent.destroy();
        else found.set(pid, agent);
      }
      context.onTestFinished(() => {
        for (const agent of found.values()) agent.destroy();
      });
      return [...found.values()];
    },
    logged: async (level) => {
      const lines = (await errorLog()).split('\n').filter((line) => line.includes(`[${level}]`));
      return lines.flatMap((line) => /openclaw: (keys\/apps\.keys.*?)(?:, context: .*)?$/.exec(line)?.[1] ?? []);
    },
    expectUnlogged: async (...keys) => {
      const logs = (await errorLog()) + (await nginx.readFile('/var/log/nginx/access.log'));
      for (const key of keys) {
        expect(logs).not.toContain(key);
        expect(logs).not.toContain(hashOf(key).slice(0, 16));
      }
    },
  };
}

/** A line of a key file. */
export function keyLine(id: string, key: string): string {
  return `${id} sha256:${hashOf(key)}\n`;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function nginxConf(port: number, { workers = 1, memory = '32m', openFiles = 1024 }: WatchedGatewayOptions): string {
  return `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
worker_processes ${workers};
worker_rlimit_nofile ${openFiles};
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
    # Each worker with a socket of its own, or the first one up would get every connection.
    listen 127.0.0.1:${port} reuseport;
    keepalive_timeout 300s;
    keepalive_requests 100000;
    location / {
      add_header X-Worker $pid;
      content_by_lua_block {
        local entry, reason = require("openclaw.callers.key_maps").identify("apps")
        ngx.print(entry and entry.id or reason)
      }
    }
  }
}
`;
}
