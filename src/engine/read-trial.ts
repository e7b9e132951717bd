import { trialMark } from './trial-script.ts';

export type TrialStep = 'lua' | 'test' | 'start';

interface StepResult {
  readonly ok: boolean;
  readonly output: string;
}

export interface Trial {
  /** What `nginx -v` said, such as `nginx/1.26.3`; absent when there is no nginx. */
  readonly version?: string;
  /** Steps that ran to their end. */
  readonly steps: Readonly<Partial<Record<TrialStep, StepResult>>>;
  readonly isComplete: boolean;
}

/** Reads the output of the trial script. */
export function readTrial(output: string): Trial {
  const steps: Partial<Record<TrialStep, StepResult>> = {};
  let version: string | undefined;
  let isComplete = false;
  let step: TrialStep | undefined;
  let lines: string[] = [];
  for (const line of output.split('\n')) {
    const [word, rest = ''] = line.startsWith(trialMark) ? splitOnce(line.slice(trialMark.length)) : [];
    if (word === 'version') version = /(?:nginx|openresty)\/[0-9.]+/.exec(rest)?.[0];
    else if (word === 'done') isComplete = true;
    else if (word === 'begin') {
      step = rest as TrialStep;
      lines = [];
    } else if (word === 'end' && step !== undefined) {
      steps[step] = { ok: rest === '0', output: lines.join('\n') };
      step = undefined;
    } else lines.push(line);
  }
  return { ...(version !== undefined && { version }), steps, isComplete };
}

function splitOnce(text: string): readonly [string, string] {
  const space = text.indexOf(' ');
  return space === -1 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)];
}
