import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type AuthGateway, startAuthGateway } from '../callers/auth-gateway.ts';

/** Each part answers with what it found. */
const server = `location /expiring {
  content_by_lua_block {
    local expiring_memory, shared = require "openclaw.core.expiring_memory", ngx.shared.openclaw_auth
    local memory = expiring_memory.new(shared)
    expiring_memory.put(memory, "again", "one", 0.02)
    for index = 1, 500 do
      expiring_memory.put(memory, "text " .. index, "text", 0.02)
    end
    expiring_memory.put(memory, "again", "two", 60)
    ngx.sleep(0.05)
    local is_over = expiring_memory.get(memory, "text 1") == nil
    for index = 1, 300 do
      expiring_memory.put(memory, "later " .. index, "text", 60)
    end
    ngx.say(tostring(is_over), " ", expiring_memory.get(memory, "again"), " ", #shared:get_keys(0))
  }
}
location /full {
  content_by_lua_block {
    local clock, state_memory = require "openclaw.core.clock", require "openclaw.core.state_memory"
    local shared, count = ngx.shared.openclaw_state, 0
    state_memory.forget("end ", function(ends, _, now)
      return ends <= now
    end)
    while shared:safe_set("end " .. count, clock.now() - 1) do
      count = count + 1
    end
    shared:safe_set("end 0", clock.now() + 60)
    local is_put = state_memory.put("end new", clock.now() + 60)
    ngx.say(count > 50, " ", is_put, " ", shared:get("end 0") ~= nil, " ", shared:get("end 1") ~= nil)
  }
}
location /turns {
  content_by_lua_block {
    local turn, shared = require "openclaw.core.turn", ngx.shared.openclaw_auth
    local round, taken = tonumber(ngx.var.arg_round), 0
    for index = 1, 200 do
      local key = "turn " .. index
      if round == 1 then
        -- One that is over since long ago.
        shared:set(key, 1)
      elseif turn.take(shared, key, 60) then
        taken = taken + 1
      end
    end
    ngx.print(taken)
  }
}
location /lease {
  content_by_lua_block {
    local turn, shared = require "openclaw.core.turn", ngx.shared.openclaw_auth
    local mine = turn.take(shared, "lease", 60)
    local other = turn.take(shared, "lease", 60)
    local longer = turn.extend(shared, "lease", mine, 90)
    local stale = turn.extend(shared, "lease", mine, 90)
    turn.pass(shared, "lease", 0.05)
    local in_pause, is_taken = turn.take(shared, "lease", 60), turn.is_taken(shared, "lease")
    ngx.sleep(0.08)
    ngx.say(mine ~= nil, " ", other, " ", longer > mine, " ", stale, " ", in_pause, " ", is_taken, " ",
      turn.take(shared, "lease", 60) ~= nil)
  }
}
location /clock {
  content_by_lua_block {
    ngx.update_time()
    ngx.say(require("openclaw.core.clock").milliseconds())
  }
}`;

describe.each(nginxReleases)('time that workers share on nginx %s', (release) => {
  let gateway: AuthGateway;
  beforeAll(async () => {
    gateway = await startAuthGateway({ release, workers: 2, http: 'lua_shared_dict openclaw_state 20k;', server });
  });
  afterAll(() => gateway?.stop());

  const ask = async (path: string) => (await (await fetch(`${gateway.url}${path}`)).text()).trim();

  test('is nginx’s own, in whole milliseconds', async () => {
    // What node has as its high-resolution time is CLOCK_MONOTONIC too.
    const from = Number(process.hrtime.bigint() / 1_000_000n) - 1;
    const found = await ask('/clock');
    const to = Number(process.hrtime.bigint() / 1_000_000n) + 1;
    expect(found).toMatch(/^\d+$/);
    expect(Number(found)).toBeGreaterThanOrEqual(from);
    expect(Number(found)).toBeLessThanOrEqual(to);
  });

  test('texts are over at their end, and make room for others; those put again stay', async () => {
    // 501 keys, of which the oldest 500 are gone after 300 further ones.
    const [isOver, again, count] = (await ask('/expiring')).split(' ');
    expect([isOver, again]).toEqual(['true', 'two']);
    expect(Number(count)).toBeLessThan(320);
  });

  test('where memory is full, what is over goes, and nothing else', async () => {
    expect(await ask('/full')).toBe('true true true false');
  });

  test('of all who want a turn that is over one gets it', async () => {
    await ask('/turns?round=1');
    const taken = await Promise.all(Array.from({ length: 24 }, () => ask('/turns?round=2')));
    expect(taken.reduce((sum, count) => sum + Number(count), 0)).toBe(200);
  });

  test('a turn can be kept by its holder alone, and is free after its pause', async () => {
    expect(await ask('/lease')).toBe('true nil true nil nil false true');
  });
});
