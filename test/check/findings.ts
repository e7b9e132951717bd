import { checkGateway } from '../../src/check/check-gateway.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { resolveGateway } from '../../src/gateway/resolve-gateway.ts';
import { parseSpec } from '../../src/language/parse-spec.ts';
import { parseYaml } from '../../src/source/parse-yaml.ts';

/** What is found in a spec before it is lowered. Throws when its shape is wrong. */
export function findingsOf(yaml: string): readonly Diagnostic[] {
  const root = parseYaml(yaml, 'openclaw.yaml', { left: 10_000 }).value;
  const { value, diagnostics } = root?.kind === 'map' ? parseSpec(root) : { value: undefined, diagnostics: [] };
  if (root?.kind !== 'map' || value === undefined)
    throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const model = resolveGateway(value, root);
  return [...model.diagnostics, ...(model.value === undefined ? [] : checkGateway(model.value, root))];
}

/** As `OC3021 basic_auth.staff`. */
export function placesOf(yaml: string): readonly string[] {
  return findingsOf(yaml).map(({ code, path = [] }) => `${code} ${path.join('.')}`);
}
