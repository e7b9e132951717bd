import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { build } from '../src/commands/build.ts';
import { buildBin, openclaw } from './cli/openclaw.ts';
import { withTemporaryFolder } from './helpers/temporary-folder.ts';
import { maximalSpec } from './hostile/maximal-spec.ts';

/** All artifacts and the manifest as one stream. */
async function render(yaml: string, cwd = '/'): Promise<string> {
  const world = { cwd, env: {}, stdin: async () => Buffer.from(yaml) };
  const options = { spec: '-', overlays: [], target: undefined, stdinName: 'openclaw.yaml', out: '-', check: false };
  const { exitCode, output } = await build({ ...options, emit: 'files' }, world);
  expect(exitCode).toBe(0);
  return output;
}

/** A small generator with a seed (mulberry32), so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The same data with the keys of every mapping in another order. */
function shuffleKeys(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffleKeys(item, random));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, below]) => [random(), key, shuffleKeys(below, random)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, key, below]) => [key, below]));
}

const original = JSON.stringify(maximalSpec);

let rendered: Promise<string> | undefined;

/** What all others have to be. */
function renderOriginal(): Promise<string> {
  rendered ??= render(original);
  return rendered;
}

describe('the output is the same', () => {
  test('twice', async () => {
    expect(await render(original)).toBe(await renderOriginal());
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('with keys in another order (seed %i)', async (seed) => {
    const shuffled = shuffleKeys(maximalSpec, createRandom(seed));
    expect(Object.keys(shuffled as object)).not.toEqual(Object.keys(maximalSpec));
    expect(await render(JSON.stringify(shuffled))).toBe(await renderOriginal());
    expect(await render(stringify(shuffled))).toBe(await renderOriginal());
  });

  test('in block style, with comments, in folded lines and with the line ends of Windows', async () => {
    const block = stringify(maximalSpec, { lineWidth: 0 });
    expect(await render(`# a comment\n${block.replaceAll('\n', ' # more\n')}`)).toBe(await renderOriginal());
    expect(await render(block.replaceAll('\n', '\r\n'))).toBe(await renderOriginal());
    const folded = stringify(maximalSpec, { lineWidth: 20, defaultStringType: 'QUOTE_DOUBLE' });
    expect(await render(folded)).toBe(await renderOriginal());
  });

  test('with anchors and extensions', async () => {
    const yaml = stringify({ 'x-note': 'free', ...maximalSpec });
    const anchored = yaml
      .replace('x-note: free', 'x-size: &size 16m')
      .replace('max_body_size: 16m', 'max_body_size: *size');
    expect(anchored).toContain('*size');
    expect(await render(anchored)).toBe(await renderOriginal());
  });

  test('in any folder', async () => {
    await withTemporaryFolder(async (folder) => {
      expect(await render(original, folder)).toBe(await renderOriginal());
    });
  });

  test.each(['C', 'de_DE.UTF-8', 'tr_TR.UTF-8', 'ja_JP.UTF-8'])(
    'in the locale %s, far from Greenwich',
    async (locale) => {
      await buildBin();
      const env = { LANG: locale, LC_ALL: locale, TZ: 'Pacific/Apia' };
      const args = ['build', '-', '-o', '-', '--stdin-filename', 'openclaw.yaml'];
      const { stdout } = await openclaw(args, { cwd: '/', env, input: original });
      expect(stdout).toBe(await renderOriginal());
    },
  );
});

test('the output holds nothing of this machine or this moment', async () => {
  const output = await renderOriginal();
  for (const trace of [homedir(), tmpdir(), process.cwd(), fileURLToPath(new URL('..', import.meta.url))]) {
    expect(output).not.toContain(trace);
  }
  // A short one may be a part of any word.
  expect(output.split(/[^\w.-]+/)).not.toContain(hostname());
  const year = String(new Date().getFullYear());
  // But for the times until which the spec itself lets clients in, and the one of models that have none.
  expect(output.replace(/not_(?:before|after)=\S+|1970-01-01T00:00:00Z/g, '')).not.toMatch(
    new RegExp(`${year}-[01][0-9]-|[0-9]{2}:[0-9]{2}:[0-9]{2}[^:]|${Math.floor(Date.now() / 1e6)}`),
  );
});

test('every example is the same with shuffled keys', async () => {
  const examples = fileURLToPath(new URL('../examples', import.meta.url));
  const specs = (await readdir(examples)).filter((name) => name !== 'ci');
  expect(specs.length).toBeGreaterThanOrEqual(7);
  for (const name of specs) {
    await withTemporaryFolder(async (folder) => {
      const text = await readFile(join(examples, name, 'openclaw.yaml'), 'utf8');
      const shuffled = shuffleKeys(parse(text, { merge: true }), createRandom(name.length));
      for (const file of await readdir(join(examples, name)))
        if (/\.txt$/.test(file)) await copyFile(join(examples, name, file), join(folder, file));
      await writeFile(join(folder, 'openclaw.yaml'), stringify(shuffled));
      const options = {
        spec: 'openclaw.yaml',
        overlays: [],
        target: undefined,
        stdinName: undefined,
        out: '-',
        check: false,
      } as const;
      const world = (cwd: string) => ({ cwd, env: {}, stdin: async () => new Uint8Array() });
      const [mine, theirs] = await Promise.all([
        build({ ...options, emit: 'files' }, world(folder)),
        build({ ...options, emit: 'files' }, world(join(examples, name))),
      ]);
      expect(theirs.output).not.toBe('');
      expect(mine.output).toBe(theirs.output);
    });
  }
});
