import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { initScript } from '../init-script.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

describe.each(nginxReleases)('the memory of a worker on nginx %s', (release) => {
  let gateway: LuaGateway;
  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{ credentials = {} }',
      http: 'lua_shared_dict settings 1m;',
      files: {
        'lua/init.lua': `${initScript}          many = ngx.shared.settings:get("many") and string.rep("x", 20000000)`,
      },
      server: `location = /kept {
        content_by_lua_block {
          local ffi = require "ffi"
          ffi.cdef "void *malloc(size_t size); void free(void *block); void *sbrk(intptr_t step);"
          local function top() return tonumber(ffi.cast("intptr_t", ffi.C.sbrk(0))) end
          local before, block = top(), ffi.C.malloc(3000000)
          ffi.C.free(block)
          ngx.print(top() - before)
        }
      }
      location = /trimmed {
        content_by_lua_block {
          local ffi = require "ffi"
          ffi.cdef "void *malloc(size_t size); void free(void *block); void *sbrk(intptr_t step);"
          local function top() return tonumber(ffi.cast("intptr_t", ffi.C.sbrk(0))) end
          local blocks = {}
          for index = 1, 20 do blocks[index] = ffi.C.malloc(3000000) end
          local last = tonumber(ffi.cast("intptr_t", blocks[1]))
          for index = 20, 1, -1 do ffi.C.free(blocks[index]) end
          ngx.print(top() - last)
        }
      }
      location = /pause { content_by_lua_block { ngx.print(collectgarbage("setpause", 400)) } }
      location = /grow { content_by_lua_block { ngx.print(ngx.shared.settings:set("many", true) and 1) } }`,
    });
  });
  afterAll(() => gateway?.stop());

  const read = async (path: string) =>
    Number(await (await fetch(gateway.url + path, { headers: { connection: 'close' } })).text());

  test('three megabytes that were freed are still there', async () => {
    expect(await read('/kept')).toBeGreaterThan(2_900_000);
  });

  test('of more than it keeps a part goes back, never all', async () => {
    const kept = await read('/trimmed');
    expect(kept).toBeGreaterThan(14_000_000);
    expect(kept).toBeLessThan(20_000_000);
  });

  test('a small one may grow fourfold before garbage is looked for, a large one only twofold', async () => {
    expect(await read('/pause')).toBe(400);
    await read('/grow');
    await gateway.reload();
    // A worker of before the reload may answer once more.
    await expect.poll(() => read('/pause')).toBe(200);
  });
});
