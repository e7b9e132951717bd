-- How much free memory a worker keeps. To give it back and ask for it anew with every request costs more than anything
-- else that is done with one.

local ffi = require "ffi"

local C = ffi.C
local collectgarbage, pcall = collectgarbage, pcall

local _M = {}

ffi.cdef "int mallopt(int parameter, int value);"

-- mallopt(3). A block of more than 4 MB goes back to the kernel when it is freed. So does what is free at the end of
-- the heap once that is 16 MB, but for 15 MB: to give back all of it would mean to ask for it again with the next
-- prompt. By default these are 128 KB, less than two prompts.
local M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
local MAX_FREE, KEPT, MAX_BLOCK = 16777216, 15728640, 4194304

-- LuaJIT looks for garbage whenever its memory has doubled. Where there is little of it (in KB) it may grow further; a
-- large one is mostly key maps, and stays within twice their size.
local SMALL, PAUSE = 16384, 400

-- In init_worker.
function _M.configure()
  -- Other libraries than glibc have no such function, and need none.
  pcall(function()
    C.mallopt(M_MMAP_THRESHOLD, MAX_BLOCK)
    C.mallopt(M_TRIM_THRESHOLD, MAX_FREE)
    C.mallopt(M_TOP_PAD, KEPT)
  end)
  if collectgarbage("count") < SMALL then
    collectgarbage("setpause", PAUSE)
  end
end

return _M
