import { freePort } from '../../helpers/free-port.ts';
import type { RequestOptions } from '../../helpers/http/request-options.ts';
import { request } from '../../helpers/http-client.ts';
import type { NginxRelease } from '../../helpers/nginx/workspace.ts';
import { startLuaGateway } from '../lua-gateway.ts';
import { postChunks } from './model-chunks.ts';
import { startEcho } from './model-echo.ts';

/** What became of a request: what the gateway and the upstream saw of it, or the error that it was refused with. */
export interface Outcome {
  readonly status: number;
  /** The code of the error. */
  readonly code?: string;
  readonly model?: string;
  readonly source?: string;
  /** `stream` and `choices`, where they are set. */
  readonly flags?: string;
  /** Target and body as the upstream received them. */
  readonly target?: string;
  readonly body?: Buffer;
  /** What the upstream was told about the length of the body. */
  readonly framing?: string;
}

type Headers = Readonly<Record<string, string>>;

export interface ModelGateway {
  readonly port: number;
  /** Sends a request through the gateway, which first gives it each of the names in turn. */
  ask(options: Omit<RequestOptions, 'port'>, ...renames: string[]): Promise<Outcome>;
  /** The same with a body in several chunks, each of which is a write of its own. */
  askInChunks(chunks: readonly Buffer[], headers: Headers, ...renames: string[]): Promise<Outcome>;
  /** Calls a Lua function of one string with each of the texts; returns the lines that it makes of them. */
  call(name: 'scan' | 'beginning' | 'inner' | 'path', texts: readonly (string | Buffer)[]): Promise<string[]>;
  errorLog(): Promise<string>;
  stop(): Promise<void>;
}

const harness = `
local conversation = require "openclaw.upstreams.conversation"
local inner_models = require "openclaw.models.inner_models"
local json_scan = require "openclaw.models.json_scan"
local model_path = require "openclaw.models.model_path"
local request_body = require "openclaw.core.request_body"
local request_model = require "openclaw.models.request_model"
local respond = require "openclaw.core.respond"

local function flags(found)
  return (found.stream and " stream" or "") .. (found.choices and " choices" or "")
end

local functions = {}

function functions.scan(text)
  local found, reason = json_scan.scan(text)
  if not found then
    return reason
  elseif not found.model then
    return "no model" .. flags(found)
  end
  return respond.json_string(found.model) .. " in " .. ngx.encode_base64(text:sub(found.start, found.stop))
    .. flags(found)
end

function functions.beginning(text)
  return tostring(conversation.beginning(text))
end

function functions.inner(text)
  local found, reason = inner_models.scan(text)
  if not found then
    return reason
  end
  return found.requests .. " " .. found.named_requests .. " " .. table.concat(found.names, ",")
end

function functions.path(text)
  local path, name = text:match("^(.-) (.*)$")
  local found, reason = model_path.find(path or text)
  if not found then
    return reason or "none"
  end
  local part = (path or text):sub(found.start, found.stop)
  assert(part == found.model)
  return name and tostring(model_path.rename(path, found, name)) or part .. flags(found)
end

local _M = {}

function _M.call(name)
  local body, at = request_body.read(), 1
  while at <= #body do
    local length = body:match("^%d+", at)
    local start = at + #length + 1
    at = start + length
    ngx.say(functions[name](body:sub(start, at - 1)))
  end
end

function _M.take()
  if ngx.var.http_x_lose then
    ngx.req.read_body()
    os.remove(ngx.req.get_body_file())
  end
  local found, status, code, message = request_model.read(ngx.var.uri)
  if not found then
    return respond.error(status, "invalid_request_error", code, message)
  end
  ngx.ctx.found = found
  for name in ngx.unescape_uri(ngx.var.http_x_rename or ""):gmatch("[^|]+") do
    local renamed = request_model.rename(found, name)
    if type(renamed) == "string" then
      ngx.req.set_uri(renamed)
    elseif not renamed then
      return respond.error(400, "invalid_request_error", "not_renamed", "")
    end
  end
end

function _M.header_filter()
  local found = ngx.ctx.found
  if found then
    ngx.header.x_model = found.model and ngx.escape_uri(found.model)
    ngx.header.x_source = found.source
    ngx.header.x_flags = flags(found)
  end
end

return _M
`;

function locations(upstream: string): string {
  return `client_max_body_size 64m;
    client_body_buffer_size 1m;
    location = /call {
      content_by_lua_block { require("harness").call(ngx.var.arg_name) }
    }
    header_filter_by_lua_block { require("harness").header_filter() }
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_buffers 8 1m;
    proxy_buffer_size 1m;
    proxy_busy_buffers_size 2m;
    proxy_max_temp_file_size 0;
    location / {
      access_by_lua_block { require("harness").take() }
      proxy_pass ${upstream};
    }
    location /rewrite {
      rewrite_by_lua_block { require("harness").take() }
      proxy_pass ${upstream};
    }
    location /small {
      client_max_body_size 1k;
      access_by_lua_block { require("harness").take() }
      proxy_pass ${upstream};
    }`;
}

/** Starts nginx in front of an upstream that sends back what it receives; also for HTTP/2 by prior knowledge. */
export async function startModelGateway(release: NginxRelease): Promise<ModelGateway> {
  const echo = await startEcho();
  const http2Port = await freePort();
  const gateway = await startLuaGateway({
    release,
    data: '{}',
    files: { 'lua/harness.lua': harness },
    http: `server { listen 127.0.0.1:${http2Port} http2; ${locations(echo.url)} }`,
    server: locations(echo.url),
  });
  return {
    port: gateway.port,
    ask: async (options, ...renames) => {
      const headers = Array.isArray(options.headers) ? options.headers : Object.entries(options.headers ?? {});
      const port = options.http2 ? http2Port : gateway.port;
      return toOutcome(await request({ ...options, port, headers: [...headers, ['x-rename', join(renames)]] }));
    },
    askInChunks: async (chunks, headers, ...renames) =>
      toOutcome(await postChunks(gateway.port, chunks, { ...headers, 'x-rename': join(renames) })),
    call: async (name, texts) => {
      const body = Buffer.concat(
        texts.flatMap((text) => [Buffer.from(`${Buffer.byteLength(text)}:`), Buffer.from(text)]),
      );
      const { status, text } = await request({ port: gateway.port, path: `/call?name=${name}`, body });
      if (status !== 200) throw new Error(`${status} ${text}\n${await gateway.errorLog()}`);
      return text.split('\n').slice(0, -1);
    },
    errorLog: gateway.errorLog,
    stop: async () => {
      await gateway.stop();
      await echo.stop();
    },
  };
}

function join(names: readonly string[]): string {
  return encodeURIComponent(names.join('|'));
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

function toOutcome({ status, headers, body }: Answer): Outcome {
  if (status !== 200) {
    const text = body.toString('utf8');
    return { status, code: text.startsWith('{"error"') ? JSON.parse(text).error.code : text };
  }
  return {
    status,
    ...(headers['x-model'] !== undefined && { model: decodeURIComponent(headers['x-model']) }),
    ...(headers['x-source'] !== undefined && { source: headers['x-source'] }),
    ...(headers['x-flags'] !== undefined && { flags: headers['x-flags'].trim() }),
    target: headers['x-target'] ?? '',
    framing: `${headers['x-length']} ${headers['x-framing']}`,
    body,
  };
}
