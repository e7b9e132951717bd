import { OperationError } from '../diagnostics/operation-error.ts';
import type { Target } from '../nginx/targets.ts';
import type { Artifact } from '../render/render-files.ts';
import { containerEngine } from './container-engine.ts';
import type { Engine, EngineName } from './engine.ts';
import { localEngine } from './local-engine.ts';
import { findLocalTarget } from './local-target.ts';
import { publicImage } from './public-image.ts';
import { runBounded } from './run-bounded.ts';

export interface EngineRequest {
  readonly engine: 'auto' | EngineName;
  /** Null takes the public image of the target. */
  readonly image: string | null;
  readonly target: Target;
  readonly artifacts: readonly Artifact[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for each question to an engine. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** An engine, or for each that was asked why it cannot. */
export type FoundEngine =
  | { readonly engine: Engine; readonly passedOver: readonly string[] }
  | { readonly engine: null; readonly passedOver: readonly string[] };

/** Milliseconds: an engine that is there says so at once. */
const patience = 10_000;

/** The first engine of docker, podman and local that can run this target; or the one that was asked for. */
export async function findEngine(request: EngineRequest): Promise<FoundEngine> {
  const names: readonly EngineName[] = request.engine === 'auto' ? ['docker', 'podman', 'local'] : [request.engine];
  const passedOver: string[] = [];
  for (const name of names) {
    const found = await (name === 'local' ? tryLocal(request) : tryContainers(name, request));
    if (typeof found !== 'string') return { engine: found, passedOver };
    passedOver.push(`${name}: ${found}`);
  }
  return { engine: null, passedOver };
}

async function tryContainers(name: 'docker' | 'podman', request: EngineRequest): Promise<Engine | string> {
  const { env, signal, target, artifacts } = request;
  const timeout = Math.min(patience, request.timeout);
  const ask = (...args: readonly string[]) => runBounded({ file: name, args, env, timeout, signal });
  const version = await ask('version', '--format', '{{.Server.Version}}');
  if (version.ending === 'not found') return 'not installed';
  if (version.ending !== 'exited') return version.ending === 'timed out' ? 'does not answer' : version.ending;
  // podman is its own server and says so in the same field.
  if (version.exitCode !== 0) return `not running (${lastLine(version.output)})`;
  const image = request.image ?? publicImage(target, artifacts);
  if (image === null) return `no public image has the modules of \`${target.name}\`: name one with \`--image\``;
  if ((await ask('image', 'inspect', '--format', '{{.Id}}', image)).exitCode !== 0) {
    const pull = await runBounded({
      file: name,
      args: ['pull', '--quiet', image],
      env,
      timeout: request.timeout,
      signal,
    });
    if (pull.ending === 'timed out')
      return `the image \`${image}\` did not arrive in time: pull it first, or raise \`--timeout\``;
    if (pull.exitCode !== 0) return `the image \`${image}\` cannot be had (${lastLine(pull.output)})`;
  }
  return containerEngine({ name, image, env });
}

async function tryLocal(request: EngineRequest): Promise<Engine | string> {
  try {
    const local = await findLocalTarget();
    const given = local.platform.version;
    const wanted = request.target.platform.version;
    const isOther = given[0] !== wanted[0] || given[1] !== wanted[1];
    // Another version knows other directives: its complaints would be about the machine, not about the spec.
    if (isOther && request.engine === 'auto')
      return `nginx here is ${given.join('.')}, the target has ${wanted.join('.')}`;
    return localEngine({ local, env: request.env });
  } catch (error) {
    if (error instanceof OperationError) return error.message;
    throw error;
  }
}

function lastLine(output: string): string {
  return (output.trim().split('\n').at(-1) ?? '').replace(/\s+/g, ' ').slice(0, 200);
}
