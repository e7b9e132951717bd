import { test } from 'vitest';
import { startBalancedGateway } from './balanced-gateway.ts';
test.each(['1.22','1.30'] as const)('bench %s', async (release) => {
  for (const n of [3, 30]) {
    const out: string[] = [];
    for (const [kind, conns] of [['round_robin',0],['least_conn',0],['random',0],['hash',0],['least_time',0],['conversation',0],['round_robin',100]] as const) {
      const g = await startBalancedGateway({ release, kind, servers: Array.from({ length: n }, (_, i) => ({ host: `127.0.1.${i + 1}`, port: 9, maxConns: conns })),
        fields: 'key = "http_x_key", ttl = 60,',
        server: `location = /bench { content_by_lua_block {
          local choice = require "openclaw.balance_choice"
          local counts = require "openclaw.connection_counts"
          local lt = require "openclaw.balance_least_time"
          local upstream
          for i = 1, 50 do local name, value = debug.getupvalue(require("openclaw.upstream").balance, i); if name == "upstreams" then upstream = value.llama end; if not name then break end end
          for i, p in ipairs(upstream.regular) do if upstream.kind == "least_time" then lt.learn(p, 0.1 + i / 100, {}) end end
          local now = ngx.now()
          local function run(n)
            for i = 1, n do
              local record = { conversation = upstream.kind == "conversation" and "llama client a " .. (i % 100) or nil }
              local peer = choice.choose(upstream, record, now)
              if upstream.counts then counts.release(peer) end
            end
          end
          run(20000)
          local ffi = require "ffi"
          pcall(ffi.cdef, "typedef struct { long s; long n; } bench_ts; int clock_gettime(int, bench_ts *);")
          local a, b = ffi.new("bench_ts[1]"), ffi.new("bench_ts[1]")
          ffi.C.clock_gettime(2, a); run(100000); ffi.C.clock_gettime(2, b)
          ngx.say(string.format("%.2f", (tonumber(b[0].s - a[0].s) * 1e9 + tonumber(b[0].n - a[0].n)) / 100000 / 1000))
        } }` });
      out.push(`${kind}${conns ? '+max_conns' : ''} ${(await (await fetch(`${g.url}/bench`, { headers: { 'x-key': 'abcdef' } })).text()).trim()}`);
      if (/[a-z]/.test(out.at(-1)!.split(' ')[1]!)) console.log(await g.errorLog());
      await g.stop();
    }
    console.log(release, n, out.join(', '));
  }
}, 60000);
