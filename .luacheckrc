-- What `npm run check` goes by for Lua: the library of the runtime, and what examples and goldens generate.

-- LuaJIT and lua-nginx-module. A global that nobody has defined is what a request would die of.
std = "ngx_lua"
codes = true
max_line_length = false

-- What a template writes names all that a function returns (unused: 211, never set: 221).
files["**/out/**"] = { ignore = { "211", "221" } }
