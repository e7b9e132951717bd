import { type CommandResult, exitCodeFor, exitCodes } from '../command-result.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isError } from '../diagnostics/diagnostic.ts';
import { OperationError } from '../diagnostics/operation-error.ts';
import type { EngineName } from '../engine/engine.ts';
import { findEngine } from '../engine/find-engine.ts';
import { type Validation, validateArtifacts } from '../engine/validate-artifacts.ts';
import type { World } from '../world.ts';
import { prepare, type SpecOptions } from './prepare.ts';

export interface ValidateOptions extends SpecOptions {
  /** What runs nginx; `auto` takes docker, else podman, else the nginx of this machine. Default: auto. */
  readonly engine?: 'auto' | EngineName | 'none';
  /** A container image, or null for the public one of the target. Default: null. */
  readonly image?: string | null;
  /** Milliseconds for a trial on an engine. Default: 30,000. */
  readonly timeout?: number;
  /** More warnings than this are a failure; null allows any number. Default: null. */
  readonly maxWarnings?: number | null;
}

/**
 * `openclaw validate`: what can be proved about a spec, by openclaw alone and then by a real nginx in a sandbox. What was
 * tried, and by which nginx, is in `notes`. Rejects with `OperationError` when the engine hangs, is interrupted, or cannot
 * run anything.
 */
export async function validate(options: ValidateOptions, world: World): Promise<CommandResult> {
  const { engine: wanted = 'auto', image = null, timeout = 30_000, maxWarnings = null } = options;
  const { root, target, compilation, diagnostics } = await prepare(options, world);
  if (root === undefined || target === undefined || compilation?.artifacts === undefined || diagnostics.some(isError))
    return { exitCode: exitCodeFor(diagnostics), diagnostics, output: '', notes: note('✗', 'spec') };
  const { artifacts } = compilation;
  const proved = [
    note('✓', 'spec'),
    note('✓', `nginx text read back for ${target.name} (nginx ${target.platform.version.join('.')})`),
  ].join('');
  if (wanted === 'none') return finish({ diagnostics, notes: `${proved}${notTried('`--engine none`')}`, maxWarnings });

  const limits = { timeout, signal: world.interruption?.() };
  const { engine, passedOver } = await findEngine({
    engine: wanted,
    image,
    target,
    artifacts,
    env: world.env,
    ...limits,
  });
  if (limits.signal?.aborted) throw new OperationError('interrupted');
  if (engine === null) {
    const result = finish({ diagnostics, notes: `${proved}${notTried(passedOver.join('; '))}`, maxWarnings });
    const isInCi = (world.env.CI ?? '') !== '' && world.env.CI !== 'false';
    if (wanted === 'auto' && !isInCi) return result;
    const message = `no nginx has tried the configuration: ${passedOver.join('; ')}`;
    const help = 'name an image with `--image`, install nginx, or ask for less with `--engine none`';
    return { ...result, exitCode: exitCodes.cannotDo, failure: { message, help } };
  }
  const trial = await validateArtifacts({ artifacts, root, engine, ...limits });
  return finish({
    diagnostics: [...diagnostics, ...trial.diagnostics],
    notes: `${proved}${describeTrial(trial, engine.title)}`,
    maxWarnings,
  });
}

function finish(parts: {
  readonly diagnostics: readonly Diagnostic[];
  readonly notes: string;
  readonly maxWarnings: number | null;
}): CommandResult {
  const { diagnostics, notes, maxWarnings } = parts;
  const warnings = diagnostics.filter((diagnostic) => !isError(diagnostic)).length;
  const most = maxWarnings ?? Number.POSITIVE_INFINITY;
  const tooMany =
    warnings > most ? `${warnings} warning${warnings === 1 ? '' : 's'}, and \`--max-warnings\` allows ${most}\n` : '';
  const exitCode = exitCodeFor(diagnostics);
  return {
    exitCode: exitCode === exitCodes.done && tooMany !== '' ? exitCodes.specIsWrong : exitCode,
    diagnostics,
    output: '',
    notes: `${notes}${tooMany}`,
  };
}

function describeTrial({ steps, version }: Validation, title: string): string {
  const by = title.includes('nginx') && title.startsWith('local') ? title : `${title}, ${version}`;
  const line = (done: boolean | undefined, what: string): string =>
    done === undefined ? note('–', `${what}: not done`) : note(done ? '✓' : '✗', `${what} (${by})`);
  return [
    steps.lua === undefined ? note('–', 'Lua: there is none') : line(steps.lua, 'Lua'),
    line(steps.test, 'nginx -t'),
    line(steps.start, 'starts and answers'),
  ].join('');
}

function notTried(reason: string): string {
  return note('–', `Lua, nginx -t, start: not done (${reason})`);
}

function note(mark: '✓' | '✗' | '–', text: string): string {
  return `${mark} ${text}\n`;
}
