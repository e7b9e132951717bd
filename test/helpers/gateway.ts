import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compile } from '../../src/compile.ts';
import { type Diagnostic, isError } from '../../src/diagnostics/diagnostic.ts';
import { findTarget } from '../../src/nginx/targets.ts';
import type { Artifact } from '../../src/render/render-files.ts';
import { renderPretty } from '../../src/report/pretty.ts';
import { loadSource } from '../../src/source/load-source.ts';
import { findSecrets } from './find-secrets.ts';
import type { RequestOptions } from './http/request-options.ts';
import { type Response, request } from './http-client.ts';
import type { RecordedRequest } from './mock/recorded-request.ts';
import type { MockModelServer } from './mock-model-server.ts';
import type { NginxRelease } from './nginx/workspace.ts';
import { type RunningNginx, type StartOptions, startNginx } from './nginx.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

export interface GatewayOptions extends Omit<StartOptions, 'folder' | 'ports'> {
  /** The text of openclaw.yaml. It listens on `ports`; its process and log sections are filled in here. */
  readonly spec: string;
  /** Ports of 127.0.0.1 that the spec listens on; the first is where `send` goes. */
  readonly ports: readonly [number, ...number[]];
  /** By default 1, so that what is kept for each worker can be counted. */
  readonly workers?: number;
  /** By default the one of the release; `plain` is nginx.org's build of that version, which has no Lua. */
  readonly target?: 'plain';
  /** What must be nowhere in what was built or logged when the gateway stops; the values of `env` are meant anyway. */
  readonly secrets?: readonly string[];
}

/** A line of the access log. */
export type LogLine = Readonly<Record<string, string | number>>;

export interface Gateway extends RunningNginx {
  readonly port: number;
  readonly diagnostics: readonly Diagnostic[];
  send(options: Omit<RequestOptions, 'port'>): Promise<Response>;
  /** Text of the access log so far; a request's line is written after its answer. */
  accessLog(): Promise<string>;
  errorLog(): Promise<string>;
  /** The first line of the access log that matches; waits up to 5 s for it. Rejects when a line is not JSON. */
  logged(matches: (line: LogLine) => boolean): Promise<LogLine>;
}

const targets: Readonly<Record<NginxRelease, string>> = {
  '1.22': 'debian-12',
  '1.26': 'debian-13',
  '1.30': 'nginx-1.30',
};

/** Builds a spec as `openclaw build` does and runs nginx on the result. Rejects with the diagnostics of a wrong spec. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { spec, ports, workers = 1, target, secrets = [], ...start } = options;
  return withTemporaryFolder(async (folder) => {
    const { artifacts, diagnostics } = await build({
      spec,
      workers,
      folder,
      // With its last number: `nginx-1.30` is what Debian makes of it.
      target: target === 'plain' ? `nginx-${options.release}.0` : targets[options.release],
    });
    const files = { ...Object.fromEntries(artifacts.map(({ path, text }) => [path, text])), ...start.files };
    const nginx = await startNginx({ ...start, files, ports });
    return {
      ...nginx,
      stop: async () => {
        const hidden = [...secrets, ...Object.values(start.env ?? {})];
        const given = Object.keys(start.files ?? {}).map((name) => nginx.locate(name));
        const found = await findSecrets(dirname(nginx.prefix), { secrets: hidden, except: given });
        await nginx.stop();
        if (found.length > 0) throw new Error(`a secret is in ${found.join(', ')}`);
      },
      port: ports[0],
      diagnostics,
      send: (given) => request({ ...given, port: ports[0] }),
      accessLog: () => nginx.readFile('access.log'),
      errorLog: () => nginx.readFile('error.log'),
      logged: (matches) => waitForLine(nginx, matches),
    };
  });
}

/** Sends a request and tells what the upstream got of it: nothing, or the first of its tries. */
export async function exchange(
  gateway: Gateway,
  upstream: MockModelServer,
  options: Omit<RequestOptions, 'port'>,
): Promise<{ readonly response: Response; readonly received: RecordedRequest | undefined }> {
  const before = upstream.requests.length;
  const response = await gateway.send(options);
  return { response, received: upstream.requests[before] };
}

async function build(options: {
  spec: string;
  workers: number;
  folder: string;
  target: string;
}): Promise<{ artifacts: readonly Artifact[]; diagnostics: readonly Diagnostic[] }> {
  const { spec, workers, folder } = options;
  const surroundings = {
    process: { pid: 'nginx.pid', workers, user: 'www-data' },
    log: { access: 'access.log', error: 'error.log', level: 'notice' },
  };
  await writeFile(join(folder, 'openclaw.yaml'), spec);
  await writeFile(join(folder, 'surroundings.yaml'), JSON.stringify(surroundings));
  const source = await loadSource({ file: 'openclaw.yaml', overlays: ['surroundings.yaml'], cwd: folder, env: {} });
  const target = findTarget(options.target);
  if (target === undefined) throw new Error(`no target \`${options.target}\``);
  const compiled = source.value && compile({ root: source.value, target });
  const diagnostics = [...source.diagnostics, ...(compiled?.diagnostics ?? [])];
  if (compiled?.artifacts === undefined || diagnostics.some(isError))
    throw new Error(`the spec of this test is wrong\n${renderPretty(diagnostics, { color: false })}`);
  return { artifacts: compiled.artifacts, diagnostics };
}

async function waitForLine(nginx: RunningNginx, matches: (line: LogLine) => boolean): Promise<LogLine> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const text = await nginx.readFile('access.log');
    const lines = text.split('\n').slice(0, -1);
    const found = lines.map((line): LogLine => JSON.parse(line)).find(matches);
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no such line in the access log:\n${text}`);
    await sleep(10);
  }
}
