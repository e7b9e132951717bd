import { resolve } from 'node:path';
import type { CommandResult } from '../command-result.ts';
import { exitCodeFor } from '../command-result.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { type Diagnostic, isError } from '../diagnostics/diagnostic.ts';
import { loadSource } from '../source/load-source.ts';
import type { World } from '../world.ts';
import { type KeyMap, readKeyMaps } from './spec/key-map.ts';

/** Where keys are kept: in a spec, or in a key file. */
export interface KeysPlace {
  /** Default: openclaw.yaml. */
  readonly spec: string | undefined;
  readonly overlays: readonly string[];
  /** One of the spec's `key_maps`; the only one when it is left out. */
  readonly map: string | undefined;
  /** Instead of a spec. */
  readonly keyFile: string | undefined;
}

/** The `key_maps` of a spec, or the result of a command that cannot go on without. */
export async function loadKeyMaps(
  place: KeysPlace,
  world: World,
): Promise<{ readonly maps: readonly KeyMap[] } | { readonly failed: CommandResult }> {
  const file = place.spec ?? 'openclaw.yaml';
  const { cwd, env, stdin } = world;
  const source = await loadSource({ file, overlays: place.overlays, cwd, env, stdin });
  const found = source.diagnostics.filter((diagnostic) => isError(diagnostic) && !harmless.has(diagnostic.code));
  const read = source.value === undefined ? undefined : readKeyMaps(source.value);
  const diagnostics = [...found, ...(read?.diagnostics ?? [])];
  if (read !== undefined && diagnostics.length === 0) return { maps: read.maps };
  const named = diagnostics.map((diagnostic) =>
    withWayOut(diagnostic, resolve(cwd, file) === resolve(cwd, 'openclaw.yaml')),
  );
  return { failed: { exitCode: exitCodeFor(diagnostics), diagnostics: named, output: '', notes: '' } };
}

/** Secrets that are not there: clients' keys are administered where the gateway does not run. */
const harmless: ReadonlySet<DiagnosticCode> = new Set(['OC1007', 'OC1008', 'OC1009']);

function withWayOut(found: Diagnostic, isDefault: boolean): Diagnostic {
  const isMissing = found.code === 'OC1001' && found.span?.source.text === '' && isDefault;
  return !isMissing || found.help !== undefined
    ? found
    : { ...found, help: 'name the spec behind the command, or a key file with `--key-file`' };
}
