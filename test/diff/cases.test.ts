import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { diffSides } from '../../src/commands/diff.ts';
import { type LoadedSide, loadAgainst, loadSpecSide, type Side } from '../../src/commands/load-side.ts';
import { risks, waysToTakeEffect } from '../../src/diff/common/change.ts';
import { renderReport } from '../../src/report/render-report.ts';

const folder = fileURLToPath(new URL('cases', import.meta.url));
const isUpdate = process.env.OPENCLAW_UPDATE_GOLDENS === '1';
if (isUpdate && process.env.CI) throw new Error('goldens are not updated in CI: run `npm run goldens` and commit');

const names = (await readdir(folder)).sort();
const env = { ORG: 'org-before-rotation', NEXT_ORG: 'org-after-rotation' };

const runs = new Map<string, Promise<string>>();

/** What `openclaw diff` prints for a case, without colour. */
function print(name: string, format: 'pretty' | 'json' = 'pretty', text = false): Promise<string> {
  const key = `${name} ${format} ${text}`;
  const known = runs.get(key) ?? run(name, format, text);
  runs.set(key, known);
  return known;
}

async function run(name: string, format: 'pretty' | 'json', text: boolean): Promise<string> {
  const { was, now } = await sidesOf(name);
  const { output, notes } = diffSides(was, now, { ...quiet, against: 'before.yaml', format, text });
  return output === '' ? notes : output;
}

const quiet = { failOn: [], exitCode: true, color: false, text: false, format: 'pretty' } as const;

interface Sides {
  readonly was: Side;
  readonly now: Side;
}

const loaded = new Map<string, Promise<Sides>>();

/** Both specs of a case, compiled once for all that is printed of them. */
function sidesOf(name: string): Promise<Sides> {
  const sides = loaded.get(name) ?? loadBoth(name, 'before.yaml');
  loaded.set(name, sides);
  return sides;
}

async function loadBoth(name: string, against: string): Promise<Sides> {
  const options = { spec: 'after.yaml', overlays: [], target: undefined, stdinName: undefined };
  const world = { cwd: join(folder, name), env, stdin: async () => new Uint8Array() };
  return { was: whole(await loadAgainst(against, options, world)), now: whole(await loadSpecSide(options, world)) };
}

function whole(side: LoadedSide): Side {
  if ('side' in side) return side.side;
  throw new Error(renderReport(side.diagnostics, { format: 'pretty', color: false, toolVersion: '0' }));
}

async function expectFile(name: string, file: string, printed: string): Promise<void> {
  const place = join(folder, name, file);
  if (isUpdate) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(place, printed);
  }
  expect(printed).toBe(await readFile(place, 'utf8'));
}

describe('each pair of specs', () => {
  test.each(names)('%s', async (name) => {
    const printed = await print(name);
    await expectFile(name, 'expected.txt', printed);
    const [kind = ''] = name.split('-');
    if (risks.some((risk) => risk === kind))
      expect(printed).toMatch(new RegExp(`\\b${kind}, (?:${waysToTakeEffect.join('|')})$`, 'm'));
    if (kind !== 'loosens') expect(printed).not.toMatch(/loosens, |does not know/);
    if (kind === 'nothing') expect(printed).toBe('no changes against `before.yaml`\n');
  });

  test('there are many, of every risk', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
    for (const risk of risks) expect(names.some((name) => name.startsWith(`${risk}-`))).toBe(true);
  });

  test.each(names)('%s compared with itself: nothing', async (name) => {
    const { was, now } = await loadBoth(name, 'after.yaml');
    const { output } = diffSides(was, now, { ...quiet, against: 'after.yaml' });
    expect(output).toBe('');
  });
});

test.each([
  'loosens-upstream-verification-off',
  'secrets-masked-and-rotation-shown',
  'reroutes-routes-swapped',
  'loosens-client-gets-a-second-key',
  'loosens-jwt-keys-elsewhere',
  'loosens-password-another',
  'loosens-model-fallback-of-a-further-party',
  'loosens-split-side-of-somebody-else',
])('the JSON of %s', async (name) => {
  await expectFile(name, 'expected.json', await print(name, 'json'));
});

test('a golden can fail', async () => {
  const wrong = `${await print('loosens-hsts-off')} `;
  if (!isUpdate) await expect(expectFile('loosens-hsts-off', 'expected.txt', wrong)).rejects.toThrow();
});

test('no value from outside is printed', async () => {
  for (const name of names) {
    const printed = `${await print(name)}${await print(name, 'json')}${await print(name, 'pretty', true)}`;
    expect(printed).not.toMatch(/org-(?:before|after)-rotation|written-(?:out|anew)/);
  }
});

test('no hash of a key or a password is printed whole, in any form', async () => {
  let found = 0;
  for (const name of names) {
    const specs = await Promise.all(
      ['before.yaml', 'after.yaml'].map((file) => readFile(join(folder, name, file), 'utf8')),
    );
    const hashes = specs.flatMap((spec) => spec.match(/(?<=sha256:)[0-9a-f]{64}|\$(?:2y|6|apr1)\$[^\s]+/g) ?? []);
    if (hashes.length === 0) continue;
    found += hashes.length;
    const forms = [await print(name), await print(name, 'json'), await print(name, 'pretty', true)];
    for (const hash of hashes) expect(forms.filter((form) => form.includes(hash.slice(-43)))).toEqual([]);
  }
  expect(found).toBeGreaterThan(100);
});
