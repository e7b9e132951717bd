import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { prepare } from '../../src/commands/prepare.ts';
import { positionAt } from '../../src/diagnostics/source-file.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { validateArtifacts } from '../../src/engine/validate-artifacts.ts';
import type { Artifact } from '../../src/render/render-files.ts';
import { type BrokenOutput, brokenOutputs, spec } from './broken-outputs.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const exampleNames = readdirSync(examples).filter((name) => name !== 'ci');
const limits = { timeout: 30_000 };

async function compileSpec(options: { cwd: string; spec: string; text?: string; target: string }) {
  const { cwd, text = '', target } = options;
  const world = { cwd, env: {}, stdin: async () => Buffer.from(text) };
  const { root, compilation } = await prepare(
    { spec: options.spec, overlays: [], target, stdinName: 'openclaw.yaml' },
    world,
  );
  if (root === undefined || compilation?.artifacts === undefined) throw new Error('the spec of this test is wrong');
  return { root, artifacts: compilation.artifacts };
}

function breakOutput(artifacts: readonly Artifact[], { file, change }: BrokenOutput): readonly Artifact[] {
  return artifacts.flatMap((artifact) => {
    if (artifact.path !== file) return [artifact];
    return change === null ? [] : [{ ...artifact, text: change(artifact.text) }];
  });
}

interface TrialOptions {
  readonly target: string;
  readonly engine: () => Engine;
}

/** The tests that what is right is taken. */
export function testExamples(options: TrialOptions): void {
  test.concurrent.each(exampleNames)(`takes examples/%s for ${options.target}`, async (name) => {
    const { root, artifacts } = await compileSpec({
      cwd: join(examples, name),
      spec: 'openclaw.yaml',
      target: options.target,
    });
    const { diagnostics, steps } = await validateArtifacts({ artifacts, root, engine: options.engine(), ...limits });
    expect(diagnostics).toEqual([]);
    const hasLua = artifacts.some(({ path }) => path.endsWith('.lua'));
    expect(steps).toEqual({ ...(hasLua && { lua: true }), test: true, start: true });
  });
}

/** The tests that what is broken is refused, at its place. */
export function testBrokenOutputs(options: TrialOptions): void {
  test.concurrent.each(brokenOutputs.map((output) => [output.name, output] as const))(
    'refuses: %s',
    async (_, output) => {
      const { root, artifacts } = await compileSpec({ cwd: '/', spec: '-', text: spec, target: options.target });
      const changed = breakOutput(artifacts, output);
      const { diagnostics } = await validateArtifacts({
        artifacts: changed,
        root,
        engine: options.engine(),
        ...limits,
      });
      const [found] = diagnostics;
      expect(found).toMatchObject({
        code: output.code,
        severity: output.code === 'OC5007' ? 'warning' : 'error',
        message: expect.stringMatching(output.message),
      });
      const line = found?.span && positionAt(found.span.source, found.span.start).line;
      expect(line === undefined ? null : spec.split('\n')[line - 1]?.trim()).toBe(output.at);
    },
  );
}
