import type { TarFile } from '../output/tar.ts';
import type { Artifact } from '../render/render-files.ts';
import { temporaryPaths } from './sandbox-files.ts';

/** What a line of the check's output starts with when a Lua file is wrong. */
export const luaFinding = '#openclaw-lua ';

/**
 * `nginx -t` reads no Lua (openresty/lua-nginx-module#2311), so this configuration is started: nginx's own LuaJIT
 * compiles every file, loads every module, and ends the process before there is a worker. None when there is no Lua.
 */
export function luaCheckFiles(artifacts: readonly Artifact[]): readonly TarFile[] {
  const scripts = artifacts.map(({ path }) => path).filter((path) => path.endsWith('.lua'));
  if (scripts.length === 0) return [];
  const main = artifacts.find(({ path }) => path === 'nginx.conf')?.text ?? '';
  const modules = scripts
    .filter((path) => path === 'lua/gateway.lua' || path.startsWith('lua/openclaw/'))
    .map((path) => path.slice('lua/'.length, -'.lua'.length).replaceAll('/', '.'));
  return [
    {
      path: 'lua-check.conf',
      text: `${(main.match(/^load_module .*;$/gm) ?? []).join('\n')}
pid lua-check.pid;
error_log stderr;
events { }
http {
    ${temporaryPaths.map((name) => `${name} temp/${name};`).join(' ')}
    lua_package_path "$prefix/lua/?.lua;;";
    init_by_lua_file lua-check.lua;
}
`,
    },
    {
      path: 'lua-check.lua',
      text: `local found = 0
local function report(problem)
  found = found + 1
  io.stderr:write("\\n${luaFinding}", (tostring(problem):gsub("[\\r\\n]+", " ")), "\\n")
end
for _, path in ipairs({ ${scripts.map((path) => JSON.stringify(path)).join(', ')} }) do
  local chunk, problem = loadfile(path)
  if not chunk then report(problem) end
end
if found == 0 then
  for _, name in ipairs({ ${modules.map((name) => JSON.stringify(name)).join(', ')} }) do
    local ok, problem = pcall(require, name)
    if not ok then report(problem) end
  end
end
io.stderr:flush()
os.exit(found == 0 and 0 or 1)
`,
    },
  ];
}
