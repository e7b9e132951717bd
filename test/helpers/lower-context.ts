import { createSink } from '../../src/gateway/common/context.ts';
import type { Gateway } from '../../src/gateway/common/gateway.ts';
import { usedUpstreams } from '../../src/gateway/common/targets.ts';
import { resolveGateway } from '../../src/gateway/resolve-gateway.ts';
import { parseSpec } from '../../src/language/parse-spec.ts';
import type { LowerContext } from '../../src/lower/common/context.ts';
import type { LoweredFile } from '../../src/lower/template-views.ts';
import { capabilitiesOf } from '../../src/nginx/capabilities.ts';
import { findTarget } from '../../src/nginx/targets.ts';
import { renderFiles } from '../../src/render/render-files.ts';
import { loadSource } from '../../src/source/load-source.ts';

/** What lowering knows about a spec. Throws with the diagnostics of one that cannot be resolved. */
export async function lowerContextOf(spec: string, targetName = 'debian-13'): Promise<LowerContext> {
  const target = findTarget(targetName);
  const source = await loadSource({
    file: '-',
    overlays: [],
    cwd: '/',
    env: {},
    stdin: async () => new TextEncoder().encode(`version: 1\n${spec}`),
  });
  const root = source.value;
  if (root === undefined || target === undefined) throw new Error(JSON.stringify(source.diagnostics));
  const parsed = parseSpec(root);
  const gateway: Gateway | undefined = parsed.value && resolveGateway(parsed.value, root).value;
  if (gateway === undefined) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const used = usedUpstreams(gateway);
  const upstreams = gateway.upstreams.filter(({ name }) => used.has(name)).map((item) => [item.name, item] as const);
  return {
    gateway,
    upstreams: new Map(upstreams),
    target,
    capabilities: capabilitiesOf(target.platform),
    sink: createSink(root),
  };
}

/** The text of one of the files. */
export function textOf(files: readonly LoweredFile[], path: string): string {
  const text = renderFiles(files).artifacts.find((artifact) => artifact.path === path)?.text;
  if (text === undefined) throw new Error(`no ${path}`);
  return text;
}
