import type { NginxRelease } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';
import { luaValue } from './jwt-lua-value.ts';

export interface VerifyOptions {
  readonly algorithms?: readonly string[];
  /** The `kid` to look for when the token has none. */
  readonly key?: string;
  /** What `find_key` gives as its reason when there is no such key. */
  readonly unknown?: string;
  readonly issuer?: string;
  readonly audience?: readonly string[];
  readonly leeway?: number;
  readonly now?: number;
  readonly require_expiry?: boolean;
  readonly required?: readonly { readonly name: string; readonly values?: readonly string[] }[];
  readonly max_bytes?: number;
}

export interface JwtGateway {
  /** `ok` and the `sub`, or the reason; ends in `, errors left` when libcrypto's queue was not cleared. */
  verify(token: string | Uint8Array, options: VerifyOptions): Promise<string>;
  /** Evaluates a Lua chunk with `json`, `jwt`, `public_key` and `base64url` at hand, and returns what it returns. */
  run(chunk: string): Promise<string>;
  errorLog(): Promise<string>;
  stop(): Promise<void>;
}

const harness = `
local base64url = require "openclaw.callers.base64url"
local ffi = require "ffi"
local json = require "openclaw.core.json"
local jwt = require "openclaw.callers.jwt"
local public_key = require "openclaw.callers.public_key"
ffi.cdef "unsigned long ERR_peek_error(void);"

local keys = {}
local file = io.open(ngx.config.prefix() .. "jwks.json", "rb")
for _, jwk in ipairs(json.decode(file:read("*a")).keys) do
  if jwk.kty == "oct" then
    keys[jwk.kid] = { kind = "oct", secret = base64url.decode(jwk.k) }
  else
    keys[jwk.kid] = public_key.from_jwk(jwk)
  end
end
file:close()

local function body()
  ngx.req.read_body()
  return ngx.req.get_body_data() or ""
end

local function answer(text)
  ngx.print(text, ffi.C.ERR_peek_error() ~= 0 and ", errors left" or "")
end

return {
  verify = function()
    local options = loadstring("return " .. ngx.var.http_x_options)()
    options.find_key = function(kid)
      return keys[kid or options.key], options.unknown
    end
    local claims, header = jwt.verify(body(), options)
    answer(claims and "ok " .. tostring(claims.sub) or header)
  end,
  run = function()
    local chunk = assert(loadstring(body()))
    setfenv(chunk, setmetatable({ base64url = base64url, json = json, jwt = jwt, public_key = public_key },
      { __index = _G }))
    answer(tostring(chunk()))
  end,
}
`;

/** Starts nginx with a key set, and one location that verifies the token in the body of a request. */
export async function startJwtGateway(release: NginxRelease, jwks: readonly object[]): Promise<JwtGateway> {
  const gateway = await startLuaGateway({
    release,
    data: '{}',
    files: { 'lua/harness.lua': harness, 'jwks.json': JSON.stringify({ keys: jwks }) },
    server: `client_max_body_size 4m;
      client_body_buffer_size 4m;
      location = /verify { content_by_lua_block { require("harness").verify() } }
      location = /run { content_by_lua_block { require("harness").run() } }`,
  });
  return {
    verify: (token, options) => post(gateway, '/verify', token, options),
    run: (chunk) => post(gateway, '/run', chunk, {}),
    errorLog: gateway.errorLog,
    stop: gateway.stop,
  };
}

async function post(gateway: LuaGateway, path: string, body: string | Uint8Array, options: VerifyOptions) {
  const algorithms = Object.fromEntries((options.algorithms ?? []).map((name) => [name, true]));
  const headers = { 'x-options': luaValue({ ...options, algorithms }) };
  const response = await fetch(gateway.url + path, { method: 'POST', headers, body: Buffer.from(body) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}\n${await gateway.errorLog()}`);
  return text;
}
