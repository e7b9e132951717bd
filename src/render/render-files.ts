import { readFileSync } from 'node:fs';
import type { LoweredFile } from '../lower/template-views.ts';
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

interface LuaModule {
  readonly artifact: Artifact;
  readonly requires: readonly string[];
}

/** By name; they come with this package and do not change while it runs. */
const luaModules = new Map<string, LuaModule>();

/** Views into text. The order and the bytes depend on nothing but the views. */
export function renderFiles(files: readonly LoweredFile[]): RenderedFiles {
  engine ??= createTemplateEngine();
  const render = engine;
  const tooLong: { path: string; value: string }[] = [];
  const artifacts = files.flatMap((file): readonly Artifact[] => {
    if ('library' in file) return copyModules(file.library);
    const { text: skeleton, tokens } = render(file.template, file.language, file.view);
    const text = skeleton.replace(/\uE000(\d+)\uE001/g, (_, index: string) => tokens[Number(index)]?.written ?? '');
    if (file.language !== 'nginx') return [{ path: file.path, text, meant: null }];
    for (const token of tokens)
      if (Buffer.byteLength(token.written) > longestToken) tooLong.push({ path: file.path, value: token.reads });
    return [{ path: file.path, text, meant: { skeleton, values: tokens.map((token) => token.reads) } }];
  });
  return { artifacts, tooLong };
}

/** Modules of the Lua library and, as far as their text says, all that they require; sorted by name. */
function copyModules(wanted: readonly string[]): readonly Artifact[] {
  const found = new Map<string, Artifact>();
  const pending = [...wanted];
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    if (found.has(module)) continue;
    const { artifact, requires } = readModule(module);
    found.set(module, artifact);
    pending.push(...requires);
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readModule(name: string): LuaModule {
  const known = luaModules.get(name);
  if (known !== undefined) return known;
  const path = `lua/${name.replaceAll('.', '/')}.lua`;
  const text = readFileSync(new URL(path, templatesDirectory), 'utf8');
  const requires = [...text.matchAll(/\brequire\s*\(?\s*"(openclaw(?:\.[a-z0-9_]+)+)"/g)].map(
    ([, required = '']) => required,
  );
  const module = { artifact: { path, text, meant: null }, requires };
  luaModules.set(name, module);
  return module;
}
