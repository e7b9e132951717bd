import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isError } from '../diagnostics/diagnostic.ts';
import { OperationError } from '../diagnostics/operation-error.ts';
import type { Artifact } from '../render/render-files.ts';
import type { MapNode } from '../source/value-node.ts';
import type { Engine, TrialOptions } from './engine.ts';
import { luaFinding } from './lua-check.ts';
import { readNginxMessages, withoutFolder } from './nginx-messages.ts';
import { readTrial, type Trial, type TrialStep } from './read-trial.ts';
import { reportMessages } from './report-messages.ts';
import type { BoundedResult } from './run-bounded.ts';
import { trialMark } from './trial-script.ts';

export interface Validation {
  readonly diagnostics: readonly Diagnostic[];
  /** The nginx that answered: `nginx/1.26.3`. */
  readonly version: string;
  /** The steps that were done, and whether they went well. */
  readonly steps: Readonly<Partial<Record<TrialStep, boolean>>>;
}

/**
 * Tries rendered files on a real nginx: Lua (OC5008), `nginx -t` (OC5006, OC5007), a start (OC5009), each finding at
 * its place in the spec. Throws `OperationError` when the engine hangs, is interrupted or cannot run anything.
 */
export async function validateArtifacts(
  options: { readonly artifacts: readonly Artifact[]; readonly root: MapNode; readonly engine: Engine } & TrialOptions,
): Promise<Validation> {
  const { artifacts, root, engine, ...limits } = options;
  const result = await engine.run(artifacts, limits);
  const trial = readTrial(result.output);
  const { version } = trial;
  if (result.ending !== 'exited' || !trial.isComplete || version === undefined) throw failure(result, trial, options);
  const { lua, test, start } = trial.steps;
  const report = (parts: Pick<Parameters<typeof reportMessages>[0], 'messages' | 'code' | 'severity'>) =>
    reportMessages({ ...parts, speaker: version, artifacts, root });
  const said = readNginxMessages(test?.output ?? '');
  const refused = said.filter(({ level }) => level !== 'warn');
  const diagnostics = [
    ...report({ messages: lua?.ok === false ? luaMessages(lua.output) : [], code: 'OC5008', severity: 'error' }),
    ...report({ messages: said.filter(({ level }) => level === 'warn'), code: 'OC5007', severity: 'warning' }),
    ...(test?.ok ? [] : report({ messages: orElse(refused, test?.output), code: 'OC5006', severity: 'error' })),
    ...(start?.ok === false
      ? report({ messages: startMessages(start.output), code: 'OC5009', severity: 'error' })
      : []),
  ];
  // A Lua check that failed for a reason that `nginx -t` tells better.
  const isSilent = lua?.ok === false && test?.ok === true && !diagnostics.some(isError);
  if (isSilent) throw new OperationError(`Lua could not be checked: ${lastLine(lua.output)}`);
  return {
    diagnostics,
    version,
    steps: {
      ...(lua && { lua: lua.ok }),
      ...(test && { test: test.ok }),
      ...(start && { start: start.ok }),
    },
  };
}

function luaMessages(output: string): readonly { text: string; file?: string; line?: number }[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(luaFinding))
    .map((line) => {
      const said = withoutFolder(line.slice(luaFinding.length));
      const [, file, number, text = said] = /^(\S+\.lua):(\d+): (.*)$/.exec(said) ?? [];
      return { text, ...(file !== undefined && { file, line: Number(number) }) };
    });
}

/** What a gateway logged that did not come up, or the plain fact. That it complains of absent secrets is as it should be. */
function startMessages(output: string): readonly { text: string; file?: string; line?: number }[] {
  const said = readNginxMessages(output).filter(({ level }) => level !== 'warn');
  const fatal = said.filter(({ level, text }) => level !== 'error' || text.startsWith('init_'));
  return fatal.length > 0 ? fatal : [{ text: 'the gateway does not answer at `/openclaw/health`' }];
}

function orElse<Message>(
  messages: readonly Message[],
  output: string | undefined,
): readonly (Message | { text: string })[] {
  return messages.length > 0 ? messages : [{ text: `nginx -t failed: ${lastLine(output ?? '')}` }];
}

function failure(result: BoundedResult, trial: Trial, options: { engine: Engine } & TrialOptions): OperationError {
  const { engine, timeout } = options;
  if (result.ending === 'interrupted') return new OperationError('interrupted');
  if (result.ending === 'timed out')
    return new OperationError(`${engine.name} did not finish within ${timeout / 1000} s`, {
      help: 'it was stopped and nothing of it is left; a slow machine may need a longer `--timeout`',
    });
  if (result.ending === 'not found') return new OperationError(`there is no \`${engine.name}\` on this machine`);
  const said = lastLine(result.output);
  if (trial.version === undefined && /#openclaw missing/.test(result.output))
    return new OperationError(`there is no nginx in ${engine.title}`);
  return new OperationError(`${engine.title} could not run the trial${said === '' ? '' : `: ${said}`}`);
}

/** The last thing that was said, without the mark-up of the trial and without docker's advice to read its help. */
function lastLine(output: string): string {
  const lines = output
    .split('\n')
    .filter(
      (line) => line.trim() !== '' && !line.startsWith(trialMark) && !/^(?:Run|See) 'docker run --help'/.test(line),
    );
  return withoutFolder(lines.at(-1) ?? '').slice(0, 300);
}
