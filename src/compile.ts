import { checkGateway } from './check/check-gateway.ts';
import type { DiagnosticCode } from './diagnostics/codes.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { isError } from './diagnostics/diagnostic.ts';
import type { Gateway } from './gateway/common/gateway.ts';
import { resolveGateway } from './gateway/resolve-gateway.ts';
import { parseSpec } from './language/parse-spec.ts';
import { lowerGateway } from './lower/lower-gateway.ts';
import type { Target } from './nginx/targets.ts';
import { checkArtifacts } from './render/check-artifacts.ts';
import type { Artifact } from './render/render-files.ts';
import { renderFiles } from './render/render-files.ts';
import { reportTooLong } from './render/too-long.ts';
import type { MapNode } from './source/value-node.ts';
import { toolVersion } from './tool-version.ts';

/** What a spec means, and the files that make nginx do it. Absent parts could not be made; `diagnostics` say why. */
export interface Compilation {
  readonly gateway?: Gateway;
  readonly artifacts?: readonly Artifact[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The whole pipeline after the source stage: shape, meaning, nginx, text, and the text read back. Touches nothing, and
 * gives the same files for the same spec, target and version.
 */
export function compile(options: {
  /** The `value` of `loadSource`, when that has found no errors. */
  readonly root: MapNode;
  /** From `findTarget`; the `target` of the spec is not looked at. */
  readonly target: Target;
  /** Errors about the meaning that are warnings this time. */
  readonly tolerated?: ReadonlySet<DiagnosticCode>;
}): Compilation {
  const { root, target, tolerated } = options;
  const spec = parseSpec(root);
  if (spec.value === undefined) return { diagnostics: spec.diagnostics };
  const model = resolveGateway(spec.value, root);
  const gateway = model.value;
  if (gateway === undefined) return { diagnostics: model.diagnostics };
  const findings = [...model.diagnostics, ...checkGateway(gateway, root)].map(
    (found): Diagnostic => (tolerated?.has(found.code) ? { ...found, severity: 'warning' } : found),
  );
  if (findings.some(isError)) return { gateway, diagnostics: findings };
  const lowered = lowerGateway({ gateway, target, root, toolVersion });
  const diagnostics = [...findings, ...lowered.diagnostics];
  if (lowered.value === undefined || diagnostics.some(isError)) return { gateway, diagnostics };
  const { artifacts, tooLong } = renderFiles(lowered.value);
  if (tooLong.length > 0) return { gateway, diagnostics: [...diagnostics, ...reportTooLong(tooLong, root)] };
  const problems = checkArtifacts({ artifacts, platform: target.platform });
  if (problems.length > 0) return { gateway, diagnostics: [...diagnostics, ...problems] };
  return { gateway, artifacts, diagnostics };
}
