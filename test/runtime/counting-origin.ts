import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../helpers/free-port.ts';
import { startNginx } from '../helpers/nginx.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

export interface CountingOrigin {
  readonly ports: readonly number[];
  /** Requests so far, by port. */
  counts(): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** An nginx that answers at once on several ports: faster than any mock, so that many requests can be counted. */
export async function startCountingOrigin(servers: number): Promise<CountingOrigin> {
  const ports = await Promise.all(Array.from({ length: servers }, freePort));
  const nginx = await withTemporaryFolder(async (folder) => {
    const blocks = ports.map(
      (port) => `server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 "{}"; } }`,
    );
    await writeFile(
      join(folder, 'nginx.conf'),
      `worker_processes 1; pid nginx.pid; error_log error.log;
events { }
http {
  log_format port "$server_port";
  access_log served.log port;
  keepalive_requests 1000000;
  ${blocks.join('\n  ')}
}
`,
    );
    return startNginx({ release: '1.22', folder, ports });
  });
  return {
    ports,
    async counts() {
      const served = (await nginx.readFile('served.log')).split('\n').map(Number);
      return ports.map((port) => served.filter((other) => other === port).length);
    },
    stop: () => nginx.stop(),
  };
}
