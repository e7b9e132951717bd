import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { prepare } from '../src/commands/prepare.ts';
import { diagnosticCodes } from '../src/diagnostics/codes.ts';
import { renderReport } from '../src/report/render-report.ts';
import { withTemporaryFolder } from './helpers/temporary-folder.ts';

/** What a case may say about itself in `case.json`. */
interface CaseSettings {
  readonly overlays?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly target?: string;
}

const folder = fileURLToPath(new URL('errors', import.meta.url));
const isUpdate = process.env.OPENCLAW_UPDATE_GOLDENS === '1';
if (isUpdate && process.env.CI) throw new Error('goldens are not updated in CI: run `npm run goldens` and commit');

/** Specs that a repository cannot hold; each is made in an empty folder, as `openclaw.yaml` or beside it. */
const made: Readonly<Record<string, (place: string) => Promise<unknown>>> = {
  'OC1001-missing-spec': (place) => writeFile(join(place, 'openclaw.yml'), 'version: 1\n'),
  'OC1001-directory': (place) => mkdir(join(place, 'openclaw.yaml')),
  'OC1001-link-to-itself': (place) => symlink('openclaw.yaml', join(place, 'openclaw.yaml')),
  'OC1002-binary': (place) => writeFile(join(place, 'openclaw.yaml'), Buffer.from('version: 1\0\n')),
  'OC1002-latin-1': (place) => writeFile(join(place, 'openclaw.yaml'), Buffer.from('version: 1\n# für\n', 'latin1')),
  'OC1002-utf-16': (place) => writeFile(join(place, 'openclaw.yaml'), Buffer.from('\ufeffversion: 1\n', 'utf16le')),
  'OC1003-50-megabytes': async (place) => {
    await writeFile(join(place, 'openclaw.yaml'), 'version: 1\n');
    await truncate(join(place, 'openclaw.yaml'), 50 * 1024 * 1024);
  },
  'OC1004-control-character': (place) => writeFile(join(place, 'openclaw.yaml'), 'version: 1\nname: a\u001b[31mb\n'),
};

/** Codes that no spec can provoke, and where they are tested. */
const elsewhere: Readonly<Record<string, string>> = {
  OC5001: 'a defect of the templates: test/nginx/check-config.test.ts',
  OC5002: 'a defect of the templates: test/nginx/check-config.test.ts',
  OC5003: 'a defect of the templates: test/nginx/check-config.test.ts',
  OC5004: 'a defect of the templates: test/nginx/check-config.test.ts',
  OC5005: 'a defect of the templates: test/nginx/compare-config.test.ts',
  OC5006: 'only a real nginx says it: test/engine/broken-outputs.ts',
  OC5007: 'only a real nginx says it: test/engine/broken-outputs.ts',
  OC5008: 'only a real nginx says it: test/engine/broken-outputs.ts',
  OC5009: 'only a real nginx says it: test/engine/broken-outputs.ts',
};

const cases = (await readdir(folder)).filter((name) => existsSync(join(folder, name, 'openclaw.yaml')) || made[name]);
const all = [...new Set([...cases, ...Object.keys(made)])].sort();

/** What a person sees, without colour. */
async function report(name: string): Promise<string> {
  return withTemporaryFolder(async (place) => {
    if (existsSync(join(folder, name))) await cp(join(folder, name), place, { recursive: true });
    await made[name]?.(place);
    const file = join(place, 'case.json');
    const settings = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as CaseSettings) : {};
    const { overlays = [], env = {}, target } = settings;
    const options = { spec: 'openclaw.yaml', overlays, target, stdinName: undefined };
    const { diagnostics } = await prepare(options, { cwd: place, env, stdin: async () => new Uint8Array() });
    return renderReport(diagnostics, { format: 'pretty', color: false, toolVersion: '0.0.0' });
  });
}

function expectedOf(name: string): Promise<string> {
  return readFile(join(folder, name, 'expected.txt'), 'utf8');
}

test.each(all)('%s', async (name) => {
  const printed = await report(name);
  if (isUpdate) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'expected.txt'), printed);
  }
  expect(printed).toBe(await expectedOf(name));
  if (name.startsWith('OC')) expect(printed).toContain(`[${name.slice(0, 6)}]: `);
});

test('every folder is a case', async () => {
  expect((await readdir(folder)).sort()).toEqual(all);
});

test.each(Object.keys(diagnosticCodes).filter((code) => elsewhere[code] === undefined))('%s has a case', (code) => {
  expect(all.some((name) => name.startsWith(`${code}-`))).toBe(true);
});

test('the codes without a case are real ones', () => {
  expect(Object.keys(diagnosticCodes)).toEqual(expect.arrayContaining(Object.keys(elsewhere)));
});

test('messages keep to their grammar', async () => {
  for (const name of all) {
    const findings = [...(await expectedOf(name)).matchAll(/^(?:error|warning)\[OC\d{4}\]: (.*)$/gm)];
    expect(findings.length, name).toBeGreaterThan(0);
    for (const [, message = ''] of findings) {
      expect(message, name).toMatch(/^(?:[a-z`]|YAML)/);
      expect(message, name).not.toMatch(/[.!]$|undefined|null|NaN|\[object/);
    }
  }
});
