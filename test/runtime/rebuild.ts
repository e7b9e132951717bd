import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compile } from '../../src/compile.ts';
import type { GatewayDiff } from '../../src/diff/common/change.ts';
import { readPublicModel } from '../../src/diff/common/public-model.ts';
import { diffGateways } from '../../src/diff/diff-gateways.ts';
import { findTarget } from '../../src/nginx/targets.ts';
import { publicModel } from '../../src/output/manifest.ts';
import { loadSource } from '../../src/source/load-source.ts';
import type { NginxRelease } from '../helpers/nginx/workspace.ts';
import type { RunningNginx } from '../helpers/nginx.ts';

const targets: Readonly<Record<NginxRelease, string>> = {
  '1.22': 'debian-12',
  '1.26': 'debian-13',
  '1.30': 'nginx-1.30',
};

async function compiled(spec: string, release: NginxRelease) {
  const stdin = async () => Buffer.from(spec);
  const { value: root } = await loadSource({ file: '-', overlays: [], cwd: '.', env: {}, stdin });
  const target = findTarget(targets[release]);
  const { gateway, artifacts, diagnostics } = root && target ? compile({ root, target }) : {};
  const model = gateway && readPublicModel(publicModel(gateway));
  if (model === undefined || artifacts === undefined)
    throw new Error(`the spec of this test is wrong: ${diagnostics?.map(({ message }) => message).join('; ')}`);
  return { model, artifacts };
}

/** Builds another spec into the folder of a running gateway, which hears of it by a reload, and tells what `diff` says. */
export async function rebuild(
  { prefix }: RunningNginx,
  specs: { readonly release: NginxRelease; readonly before: string; readonly after: string },
): Promise<GatewayDiff> {
  const before = await compiled(specs.before, specs.release);
  const after = await compiled(specs.after, specs.release);
  for (const { path, text } of after.artifacts) {
    await mkdir(dirname(join(prefix, path)), { recursive: true });
    await writeFile(join(prefix, path), text);
  }
  return diffGateways(before.model, after.model);
}
