import { type Compilation, compile } from '../compile.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isError } from '../diagnostics/diagnostic.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { shorten } from '../language/common/wording.ts';
import { parseSpec } from '../language/parse-spec.ts';
import { defaultTargetName, findTarget, type Target, targetNames, withModules } from '../nginx/targets.ts';
import { loadSource } from '../source/load-source.ts';
import { entryOf, locate, type MapNode } from '../source/value-node.ts';
import type { World } from '../world.ts';

/** Which spec a command is about, and what it is read with. */
export interface SpecOptions {
  /** The path of the spec; `-` is standard input. */
  readonly spec: string;
  /** Paths of files that are laid over the spec, in this order. Default: none. */
  readonly overlays?: readonly string[];
  /** Replaces the spec's own `target`, such as `debian-12`. */
  readonly target?: string | undefined;
  /** What messages call standard input; relative paths in it start from the folder of this name. */
  readonly stdinName?: string | undefined;
  /** Errors about the meaning of the spec that are warnings this time. */
  readonly tolerated?: ReadonlySet<DiagnosticCode>;
}

export interface Prepared {
  readonly root?: MapNode;
  readonly target?: Target;
  readonly compilation?: Compilation;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the spec, finds the target and compiles. Throws `OperationError` when `local` cannot be asked. */
export async function prepare(options: SpecOptions, world: World): Promise<Prepared> {
  const source = await loadSource({
    file: options.spec,
    overlays: options.overlays,
    cwd: world.cwd,
    env: world.env,
    stdin: world.stdin,
    ...(options.stdinName !== undefined && { stdinName: options.stdinName }),
  });
  const root = source.value;
  const errors = source.diagnostics.filter(isError);
  if (root === undefined || errors.length > 0) {
    const isWhole = errors.every((diagnostic) => onlyValuesMissing.has(diagnostic.code));
    const shape = root !== undefined && isWhole ? parseSpec(root).diagnostics : [];
    const found = source.diagnostics.map((diagnostic) => withWayOut(diagnostic, options));
    return { ...(root && { root }), diagnostics: [...found, ...shape] };
  }
  const chosen = await chooseTarget(root, options.target);
  const target = chosen.target ?? findTarget(defaultTargetName);
  if (target === undefined) return { root, diagnostics: [...source.diagnostics, ...chosen.diagnostics] };
  const compilation = compile({ root, target, ...(options.tolerated && { tolerated: options.tolerated }) });
  return {
    root,
    target,
    compilation,
    diagnostics: [...source.diagnostics, ...chosen.diagnostics, ...compilation.diagnostics],
  };
}

/** Errors after which the spec is there but for single values, so that its shape can still be checked. */
const onlyValuesMissing: ReadonlySet<DiagnosticCode> = new Set(['OC1005', 'OC1007', 'OC1008', 'OC1009']);

/** Who runs the program in the wrong folder is told how to name the spec. */
function withWayOut(found: Diagnostic, options: SpecOptions): Diagnostic {
  const isSpec = found.code === 'OC1001' && found.span?.source.text === '' && found.span.source.name === options.spec;
  return !isSpec || found.help !== undefined
    ? found
    : { ...found, help: 'name the spec, such as `openclaw build path/to/openclaw.yaml`, or `-` for standard input' };
}

async function chooseTarget(
  root: MapNode,
  wanted: string | undefined,
): Promise<{ readonly target?: Target; readonly diagnostics: readonly Diagnostic[] }> {
  const entry = entryOf(root, 'target');
  const settings = entry?.value.kind === 'map' ? entry.value : undefined;
  const nameNode = settings === undefined ? entry?.value : locate(settings, ['name']).node;
  const given = nameNode?.kind === 'scalar' && typeof nameNode.value === 'string' ? nameNode.value : undefined;
  const name = wanted ?? given ?? defaultTargetName;
  const found =
    name === 'local' ? await (await import('../engine/local-target.ts')).findLocalTarget() : findTarget(name);
  if (found !== undefined)
    return {
      target:
        wanted === undefined
          ? withModules(found, { lua: flag(settings, 'lua'), brotli: flag(settings, 'brotli') })
          : found,
      diagnostics: [],
    };
  const near = suggest(name, targetNames);
  const isTypo = near !== undefined && withoutVersion(near) !== withoutVersion(name);
  const known = `targets: ${targetNames.join(', ')}${name.startsWith('nginx-') ? '; plain nginx starts at 1.20' : ''}`;
  const span = wanted === undefined ? nameNode?.span : undefined;
  const help = isTypo ? `did you mean \`${near}\`? ${known}` : known;
  return {
    diagnostics: [
      {
        code: 'OC4002',
        severity: 'error',
        message: `unknown target \`${shorten(name)}\``,
        help,
        ...(span && { span }),
        path: ['target'],
        related: [],
      },
    ],
  };
}

/** Another version is no misspelling: `debian-11` does not mean `debian-12`. */
function withoutVersion(name: string): string {
  return name.replace(/[0-9.]+$/, '');
}

function flag(settings: MapNode | undefined, key: string): boolean | undefined {
  const node = settings === undefined ? undefined : entryOf(settings, key)?.value;
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
}
