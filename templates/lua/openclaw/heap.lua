-- How much free memory a worker keeps. To give it back and ask for it anew with every request costs more than anything
-- else that is done with one.

local ffi = require "ffi"

local C = ffi.C
local collectgarbage, pcall = collectgarbage, pcall

local _M = {}

ffi.cdef "int mallopt(int parameter, int value);"

-- mallopt(3). What is larger than the one goes back to the kernel when it is freed, and so does what is free beyond the
-- other at the end of the heap. By default that is 128 KB, less than two prompts.
local M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
local MAX_FREE, MAX_BLOCK = 16777216, 4194304

-- LuaJIT looks for garbage whenever its memory has doubled. Where there is little of it (in KB) it may grow further; a
-- large one is mostly key maps, and stays within twice their size.
local SMALL, PAUSE = 16384, 400

-- In init_worker.
function _M.configure()
  -- Other libraries than glibc have no such function, and need none.
  pcall(function()
    C.mallopt(M_MMAP_THRESHOLD, MAX_BLOCK)
    C.mallopt(M_TRIM_THRESHOLD, MAX_FREE)
  end)
  if collectgarbage("count") < SMALL then
    collectgarbage("setpause", PAUSE)
  end
end

return _M
