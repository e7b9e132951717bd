import { readdirSync, readFileSync } from 'node:fs';
import type { LoweredFile } from '../lower/lower-context.ts';
import { longestToken } from '../nginx/token.ts';
import { createTemplateEngine, type Render } from './template-engine.ts';
import { templatesDirectory } from './templates-directory.ts';

/** A file of the artifact. `path` is relative to the output folder, with `/`. */
export interface Artifact {
  readonly path: string;
  readonly text: string;
  /** For nginx files: the text with a placeholder for each value, and what nginx must read for each. */
  readonly meant: { readonly skeleton: string; readonly values: readonly string[] } | null;
}

export interface RenderedFiles {
  readonly artifacts: readonly Artifact[];
  /** Values that nginx has no room for. */
  readonly tooLong: readonly { readonly path: string; readonly value: string }[];
}

/** Compiling the templates takes longer than everything else, so it is done once for all builds of a process. */
let engine: Render | undefined;

/** Views into text. The order and the bytes depend on nothing but the views. */
export function renderFiles(files: readonly LoweredFile[]): RenderedFiles {
  engine ??= createTemplateEngine();
  const render = engine;
  const tooLong: { path: string; value: string }[] = [];
  const artifacts = files.flatMap((file): readonly Artifact[] => {
    if ('folder' in file) return copyFolder(file.folder);
    const { text: skeleton, tokens } = render(file.template, file.language, file.view);
    const text = skeleton.replace(/\uE000(\d+)\uE001/g, (_, index: string) => tokens[Number(index)]?.written ?? '');
    if (file.language !== 'nginx') return [{ path: file.path, text, meant: null }];
    for (const token of tokens)
      if (Buffer.byteLength(token.written) > longestToken) tooLong.push({ path: file.path, value: token.reads });
    return [{ path: file.path, text, meant: { skeleton, values: tokens.map((token) => token.reads) } }];
  });
  return { artifacts, tooLong };
}

function copyFolder(folder: string): readonly Artifact[] {
  const directory = new URL(`${folder}/`, templatesDirectory);
  return readdirSync(directory)
    .sort()
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(new URL(name, directory), 'utf8'), meant: null }));
}
