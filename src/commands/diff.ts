import type { CommandResult } from '../command-result.ts';
import { exitCodeFor, exitCodes } from '../command-result.ts';
import { isError } from '../diagnostics/diagnostic.ts';
import type { Change, Risk } from '../diff/common/change.ts';
import { diffGateways, diffOf } from '../diff/diff-gateways.ts';
import { findDrift } from '../diff/find-drift.ts';
import { createTextMask, maskChanges } from '../diff/mask-secrets.ts';
import { type Files, patchFiles } from '../diff/text-patch.ts';
import { renderDiffJson } from '../report/diff-json.ts';
import { renderDiffPretty } from '../report/diff-pretty.ts';
import type { World } from '../world.ts';
import { loadAgainst, loadSpecSide, type Side } from './load-side.ts';
import type { SpecOptions } from './prepare.ts';

export interface DiffOptions extends SpecOptions {
  /** A folder that was built, a spec, `git:<ref>`, or a git ref. */
  readonly against: string;
  /** A unified patch of the files in place of the plan. Default: false. */
  readonly text?: boolean;
  /** `exitCode` is 2 when there is any difference. Default: false. */
  readonly exitCode?: boolean;
  /** `exitCode` is 2 when a change has one of these risks. Default: none. */
  readonly failOn?: readonly Risk[];
  /** `json` is a `GatewayDiff`, with `against` and `drift`. Default: pretty. */
  readonly format?: 'pretty' | 'json';
  /** Whether `pretty` has escape sequences for terminals. Default: false. */
  readonly color?: boolean;
}

/**
 * `openclaw diff`: what changes for callers between a gateway and what the spec says now, in `output`. Writes nothing.
 * With errors in either spec `exitCode` is 1. Rejects with `OperationError` when `against` is nothing to compare with.
 */
export async function diff(options: DiffOptions, world: World): Promise<CommandResult> {
  const now = await loadSpecSide(options, world);
  const was = await loadAgainst(options.against, options, world);
  if (!('side' in now) || !('side' in was)) {
    const diagnostics = [now, was].flatMap((loaded) => ('side' in loaded ? [] : loaded.diagnostics)).filter(isError);
    return { exitCode: exitCodeFor(diagnostics), diagnostics, output: '', notes: '' };
  }
  return diffSides(was.side, now.side, options);
}

/** What `openclaw diff` says of two gateways that are loaded. */
export function diffSides(was: Side, now: Side, options: Omit<DiffOptions, keyof SpecOptions>): CommandResult {
  const { against, color = false, failOn = [] } = options;
  const masks = { before: was, after: now };
  const mask = createTextMask(masks);
  const compared = diffGateways(was.model, now.model);
  const changes = maskChanges([...compareTargets(was, now), ...compared.changes], masks);
  const found = diffOf(changes);
  const drift = (
    was.lastBuild === null ? [] : findDrift({ lastBuild: was.lastBuild, found: was.files, built: now.files })
  ).map((file) => ({ ...file, patch: file.patch === null ? null : mask(file.patch).text }));
  const isDifferent = changes.length > 0 || drift.length > 0;
  const fails = (options.exitCode && isDifferent) || changes.some(({ risk }) => failOn.includes(risk));
  const done = { exitCode: fails ? exitCodes.differs : exitCodes.done, diagnostics: [] };
  const patch = options.text ? maskedPatch(was.files, now.files, mask) : undefined;
  if (options.format === 'json')
    return {
      ...done,
      output: renderDiffJson({ ...found, against, drift, ...(patch && { patch: patch.text }) }),
      notes: '',
    };
  if (patch !== undefined)
    return {
      ...done,
      output: patch.text,
      notes: patch.isMasked ? 'values from outside of the spec are masked, so this patch is for reading only\n' : '',
    };
  const notes = isDifferent ? '' : `no changes against \`${against}\`\n`;
  return { ...done, output: renderDiffPretty(found, { color, drift }), notes };
}

/** Another target is another nginx. */
function compareTargets(before: Side, after: Side): readonly Change[] {
  if (before.target === after.target) return [];
  return [
    {
      action: 'change',
      object: 'target',
      field: 'name',
      before: before.target,
      after: after.target,
      text: { before: before.target, after: after.target },
      effect: `the configuration is for \`${after.target}\`, no longer for \`${before.target}\``,
      risk: 'capacity',
      takesEffect: 'restart',
    },
  ];
}

function maskedPatch(
  before: Files,
  after: Files,
  mask: ReturnType<typeof createTextMask>,
): { readonly text: string; readonly isMasked: boolean } {
  let isMasked = false;
  const masked = (files: Files): Files =>
    new Map(
      [...files].flatMap(([path, text]) => {
        if (before.get(path) === after.get(path)) return [];
        const result = mask(text);
        isMasked ||= result.isMasked;
        return [[path, result.text] as const];
      }),
    );
  return { text: patchFiles(masked(before), masked(after)), isMasked };
}
