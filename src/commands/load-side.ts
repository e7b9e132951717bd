import { stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { formerWarnings } from '../check/former-warnings.ts';
import { type Diagnostic, isError } from '../diagnostics/diagnostic.ts';
import { OperationError } from '../diagnostics/operation-error.ts';
import { type PublicModel, readPublicModel } from '../diff/common/public-model.ts';
import type { LastBuild } from '../diff/find-drift.ts';
import { findCommit, withTreeAt } from '../diff/read-at-ref.ts';
import { findOrigins, type Origins } from '../diff/secret-places.ts';
import type { Files } from '../diff/text-patch.ts';
import { withoutExtensions } from '../language/parse-spec.ts';
import { createManifest, manifestName, publicModel, writeManifest } from '../output/manifest.ts';
import { readLastManifest, readLastOriginals, readOutput } from '../output/output-folder.ts';
import { toPlain } from '../source/value-node.ts';
import { toolVersion } from '../tool-version.ts';
import type { World } from '../world.ts';
import { type Prepared, prepare, type SpecOptions } from './prepare.ts';

/** One of the two gateways that are compared. */
export interface Side {
  readonly model: PublicModel;
  readonly target: string;
  readonly origins: Origins;
  /** What is in the folder, or what would be written. */
  readonly files: Files;
  /** Of a folder only: what the last build there wrote. */
  readonly lastBuild: LastBuild | null;
}

export type LoadedSide = { readonly side: Side } | { readonly diagnostics: readonly Diagnostic[] };

/** Compiles a spec. What is wrong with it comes back as diagnostics. */
export async function loadSpecSide(options: SpecOptions, world: World): Promise<LoadedSide> {
  return sideOf(await prepare(options, world));
}

/**
 * The gateway to compare with: a folder that was built, a spec, or the same spec at a commit (`git:<ref>` is always one).
 * Throws `OperationError` when it is none of these.
 */
export async function loadAgainst(against: string, options: SpecOptions, world: World): Promise<LoadedSide> {
  const ref = against.startsWith('git:') ? against.slice('git:'.length) : undefined;
  if (ref === undefined) {
    const place = resolve(world.cwd, against);
    const found = await stat(place).catch(() => undefined);
    if (found?.isDirectory()) return { side: await loadFolder(place, against) };
    if (found !== undefined && basename(place) === manifestName)
      return { side: await loadFolder(dirname(place), against) };
    if (found !== undefined)
      return renamed(await loadSpecSide({ ...options, spec: against, tolerated: formerWarnings }, world), undefined);
  }
  const commit = await findCommit(ref ?? against, world);
  if (commit === undefined)
    throw new OperationError(
      ref === undefined ? `\`${against}\` is no folder, no spec and no git ref` : `git knows no commit \`${ref}\` here`,
      { help: 'name a folder that `openclaw build` wrote, a spec, or a commit such as `git:main`' },
    );
  if (options.spec === '-') throw new OperationError('standard input has no place in git; name the spec by its path');
  return loadAtCommit(commit, { against, options, world });
}

async function loadAtCommit(
  commit: string,
  { against, options, world }: { against: string; options: SpecOptions; world: World },
): Promise<LoadedSide> {
  return withTreeAt(commit, world, async (cwd) => {
    const inTree = (file: string): string => relative(world.cwd, resolve(world.cwd, file));
    const overlays: string[] = [];
    for (const overlay of (options.overlays ?? []).map(inTree)) {
      // An overlay that the commit has not yet had no effect then.
      if ((await stat(resolve(cwd, overlay)).catch(() => undefined)) !== undefined) overlays.push(overlay);
    }
    const then = { ...options, spec: inTree(options.spec), overlays, tolerated: formerWarnings };
    const loaded = await loadSpecSide(then, { ...world, cwd });
    return renamed(loaded, against.startsWith('git:') ? against : `git:${against}`);
  });
}

/** Files of another time have the names of today's, so a message says which it means. */
function renamed(loaded: LoadedSide, origin: string | undefined): LoadedSide {
  if ('side' in loaded || origin === undefined) return loaded;
  return {
    diagnostics: loaded.diagnostics.map((diagnostic) =>
      diagnostic.span === undefined
        ? diagnostic
        : {
            ...diagnostic,
            span: {
              ...diagnostic.span,
              source: { ...diagnostic.span.source, name: `${origin}:${diagnostic.span.source.name}` },
            },
          },
    ),
  };
}

function sideOf({ root, target, compilation, diagnostics }: Prepared): LoadedSide {
  if (
    root === undefined ||
    target === undefined ||
    compilation?.gateway === undefined ||
    compilation.artifacts === undefined ||
    diagnostics.some(isError)
  )
    return { diagnostics };
  const { gateway, artifacts } = compilation;
  const spec = toPlain(withoutExtensions(root));
  const manifest = createManifest({ artifacts, gateway, spec, target: target.name, toolVersion });
  const files = new Map(artifacts.map(({ path, text }) => [path, text] as const));
  files.set(manifestName, writeManifest(manifest));
  const model = readPublicModel(publicModel(gateway));
  if (model === undefined) throw new Error('a compiled gateway has no model');
  return { side: { model, target: target.name, origins: findOrigins(gateway, root), files, lastBuild: null } };
}

async function loadFolder(folder: string, name: string): Promise<Side> {
  const manifest = await readLastManifest(folder);
  const model = readPublicModel(manifest?.model);
  if (manifest === undefined || model === undefined)
    throw new OperationError(`\`${name}\` has no \`${manifestName}\` that this version can read`, {
      help: 'name a folder that `openclaw build` wrote, a spec, or a commit such as `git:main`',
    });
  const files = new Map<string, string>();
  for (const path of [...Object.keys(manifest.files), manifestName]) {
    const text = await readOutput(folder, path);
    if (text !== undefined) files.set(path, text);
  }
  const originals = await readLastOriginals(folder);
  return { model, target: manifest.target, origins: new Map(), files, lastBuild: { manifest, originals } };
}
