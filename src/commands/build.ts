import { resolve } from 'node:path';
import type { CommandResult } from '../command-result.ts';
import { exitCodeFor, exitCodes } from '../command-result.ts';
import { isError } from '../diagnostics/diagnostic.ts';
import { withoutExtensions } from '../language/parse-spec.ts';
import { compareOutput } from '../output/compare-output.ts';
import { createManifest, manifestName, publicModel, writeManifest } from '../output/manifest.ts';
import { hasKeyHashes } from '../output/originals.ts';
import { writeArtifacts } from '../output/write-artifacts.ts';
import type { Artifact } from '../render/render-files.ts';
import { describeGateway } from '../report/describe-gateway.ts';
import { nextSteps } from '../report/next-steps.ts';
import { toPlain } from '../source/value-node.ts';
import { toolVersion } from '../tool-version.ts';
import type { World } from '../world.ts';
import type { SpecOptions } from './prepare.ts';
import { prepare } from './prepare.ts';
import { printSpec } from './print-spec.ts';
import { workersGroup } from './workers-group.ts';

export interface BuildOptions extends SpecOptions {
  /** A folder, which is made when it is not there; `-` puts all files into `output`, in the form of `nginx -T`. */
  readonly out: string;
  /** Write nothing; `exitCode` is 2 when the folder is not what would be written. Default: false. */
  readonly check?: boolean;
  /** `model` and `spec` write nothing and put what the spec means, or the spec as it was read, into `output`. Default: files. */
  readonly emit?: 'files' | 'model' | 'spec';
}

/**
 * `openclaw build`: the spec as nginx files in a folder, as one stream, or as a look at an earlier stage. With errors
 * nothing is written, and `exitCode` is 1, or 3 when the spec cannot be read. Rejects with `OperationError` when the
 * folder cannot be written.
 */
export async function build(options: BuildOptions, world: World): Promise<CommandResult> {
  const { root, target, compilation, diagnostics } = await prepare(options, world);
  const failed = { exitCode: exitCodeFor(diagnostics), diagnostics, output: '', notes: '' };
  const done = { exitCode: exitCodes.done, diagnostics, notes: '' };
  if (options.emit === 'spec') {
    return root === undefined ||
      diagnostics.some((diagnostic) => isError(diagnostic) && diagnostic.code.startsWith('OC1'))
      ? failed
      : { ...failed, output: printSpec(root, { isValid: !diagnostics.some(isError) }) };
  }
  if (root === undefined || target === undefined || compilation?.gateway === undefined || diagnostics.some(isError))
    return failed;
  const { gateway, artifacts } = compilation;
  if (options.emit === 'model') return { ...done, output: `${JSON.stringify(publicModel(gateway), null, 2)}\n` };
  if (artifacts === undefined) return failed;
  const manifest = createManifest({
    artifacts,
    gateway,
    spec: toPlain(withoutExtensions(root)),
    target: target.name,
    toolVersion,
  });
  if (options.out === '-')
    return {
      ...done,
      output: printArtifacts([...artifacts, { path: manifestName, text: writeManifest(manifest), meant: null }]),
    };

  const folder = resolve(world.cwd, options.out);
  if (options.check) {
    const stale = await compareOutput({ folder, files: artifacts, manifest });
    const notes =
      stale.length === 0
        ? `\`${options.out}\` is up to date\n`
        : `\`${options.out}\` is not what the spec says:\n${stale.map(({ path, state }) => `  ${path}: ${state}\n`).join('')}`;
    return { ...done, exitCode: stale.length === 0 ? exitCodes.done : exitCodes.differs, output: '', notes };
  }
  const readers = workersGroup(gateway, target);
  const { kept, changed, narrowed } = await writeArtifacts({ folder, files: artifacts, manifest, readers });
  const count = artifacts.length + 1;
  const notes = [
    `${changed === 0 ? `Nothing changed: ${count} files` : `Wrote ${changed} of ${count} files`} for ${target.name} in ${options.out}\n`,
    ...kept.map((path) => `Kept ${path}: no longer needed, but edited since it was built\n`),
    ...narrowed.map((path) => `Narrowed ${path} to owner and group: it has hashes, and everybody could read it\n`),
    describeGateway(gateway),
    nextSteps(gateway, {
      out: options.out,
      hashes: artifacts.some(({ path }) => hasKeyHashes(path)) ? readers : null,
    }),
  ].join('');
  return { ...done, output: '', notes };
}

/** One stream in the form of `nginx -T`, which other tools read. */
function printArtifacts(artifacts: readonly Artifact[]): string {
  return artifacts.map(({ path, text }) => `# configuration file ${path}:\n${text}\n`).join('');
}
