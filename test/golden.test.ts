import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { build } from '../src/commands/build.ts';
import { prepare } from '../src/commands/prepare.ts';
import type { Diagnostic } from '../src/diagnostics/diagnostic.ts';
import { manifestName } from '../src/output/manifest.ts';
import { originalsName } from '../src/output/originals.ts';
import { goldenCases, goldenTargets, projectRoot, settingsOf } from './helpers/golden-cases.ts';
import { withTemporaryFolder } from './helpers/temporary-folder.ts';

const isUpdate = process.env.OPENCLAW_UPDATE_GOLDENS === '1';
if (isUpdate && process.env.CI) throw new Error('goldens are not updated in CI: run `npm run goldens` and commit');

async function buildCase(folder: string, out: string, target?: string): Promise<readonly Diagnostic[]> {
  const { overlays = [], env = {} } = await settingsOf(folder);
  const options = { spec: 'openclaw.yaml', overlays, target, stdinName: undefined, out, check: false } as const;
  const result = await build({ ...options, emit: 'files' }, { cwd: folder, env, stdin: async () => new Uint8Array() });
  return result.diagnostics;
}

/** The modules of our Lua library, which a build copies as they are. */
const library = 'lua/openclaw';

/** The example whose manifest is pinned; those of all others would be a second copy of what the test reads. */
const quickstart = join(projectRoot, 'examples/quickstart');

/** Where cases have their files from that are no different there: what everybody's output has, without and with Lua. */
const baselines = ['examples/quickstart', 'examples/model-routing'];
const sharedList = 'as-in-the-examples.txt';

/**
 * What a golden leaves out: the archive of originals, which test/cli/build.test.ts looks into; the library, once it is
 * seen to be what the templates hold; the manifest, which tells of the files beside it; and, in test/golden, files that
 * are byte for byte those of an example, which a list names instead.
 */
async function leaveOutCopies(made: string, folder: string): Promise<void> {
  await rm(join(made, originalsName), { force: true });
  if (folder !== quickstart) await rm(join(made, manifestName));
  const copies = existsSync(join(made, library)) ? await readFolder(join(made, library)) : {};
  for (const [name, text] of Object.entries(copies))
    expect(text, name).toBe(await readFile(join(projectRoot, 'templates', library, name), 'utf8'));
  await rm(join(made, library), { recursive: true, force: true });
  if (dirname(folder) === join(projectRoot, 'examples')) return;
  const shared: string[] = [];
  for (const [name, text] of Object.entries(await readFolder(made))) {
    const example = baselines.find((baseline) => sharedFiles(baseline).get(name) === text);
    if (example === undefined) continue;
    shared.push(`${name}  ${example}\n`);
    await rm(join(made, name));
  }
  if (shared.length > 0) await writeFile(join(made, sharedList), shared.join(''));
}

const sharedFilesOf = new Map<string, ReadonlyMap<string, string>>();

function sharedFiles(baseline: string): ReadonlyMap<string, string> {
  const known = sharedFilesOf.get(baseline);
  if (known !== undefined) return known;
  const out = join(projectRoot, baseline, 'out');
  const names = readdirSync(out, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(out, name)).isFile());
  const texts = new Map(files.map((name) => [name, readFileSync(join(out, name), 'utf8')]));
  sharedFilesOf.set(baseline, texts);
  return texts;
}

/** File names and texts of a folder, however deep. */
async function readFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = paths
    .sort()
    .map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

async function expectGolden(folder: string, golden: string): Promise<void> {
  await withTemporaryFolder(async (made) => {
    const { warnings = [] } = await settingsOf(folder);
    const diagnostics = await buildCase(folder, made);
    await leaveOutCopies(made, folder);
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual(
      warnings.map((code) => expect.stringContaining(code)),
    );
    expect(await readFolder(made)).toEqual(await readFolder(golden));
  });
}

const cases = await goldenCases();

describe.each(cases.map((folder) => [basename(folder), folder]))('%s', (_name, folder) => {
  test('is what the compiler makes', async () => {
    const golden = join(folder, 'out');
    if (isUpdate) {
      await rm(golden, { recursive: true, force: true });
      await buildCase(folder, golden);
      await leaveOutCopies(golden, folder);
    }
    await expectGolden(folder, golden);
  });

  test.each(Object.keys(goldenTargets))('for %s', async (target) => {
    const { overlays = [], env = {}, refused = [] } = await settingsOf(folder);
    const options = { spec: 'openclaw.yaml', overlays, target, stdinName: undefined };
    const { diagnostics } = await prepare(options, { cwd: folder, env, stdin: async () => new Uint8Array() });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toEqual(errors.map(() => 'OC4001'));
    expect(diagnostics.every(({ span }) => span !== undefined)).toBe(true);
    expect(errors.length > 0, errors[0]?.message).toBe(refused.includes(target));
  });
});

async function changeLastByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length - 1] = 0x20;
  await writeFile(file, bytes);
}

test.each<[string, (golden: string) => Promise<void>]>([
  ['a changed byte', (golden) => changeLastByte(join(golden, 'conf.d/routes.conf'))],
  ['a missing file', (golden) => rm(join(golden, 'conf.d/proxy/llm.conf'))],
  ['a file too many', (golden) => writeFile(join(golden, 'conf.d/extra.conf'), '')],
])('a golden notices %s', async (_name, damage) => {
  await withTemporaryFolder(async (golden) => {
    await cp(join(quickstart, 'out'), golden, { recursive: true });
    await expectGolden(quickstart, golden);
    await damage(golden);
    await expect(expectGolden(quickstart, golden)).rejects.toThrow('deeply equal');
  });
});
