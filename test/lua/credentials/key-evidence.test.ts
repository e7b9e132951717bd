import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

/** As src/lower/lua-needs.ts makes it for one key. */
const memoryOfOneKey = '352k';
/** The longest name of an upstream. */
const upstream = `u${'x'.repeat(62)}`;
const id = '0123456789abcdef';

/** What is known of a key, on a clock of its own: `at` is in seconds, and everything that a step says happens then. */
describe.each(nginxReleases)('item 6: evidence against a key on nginx %s', (release) => {
  let gateway: LuaGateway;
  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{ credentials = {} }',
      http: `lua_shared_dict openclaw_key_health ${memoryOfOneKey};`,
      server: `location = /run { content_by_lua_block {
          ngx.req.read_body()
          ngx.shared.openclaw_key_health:flush_all()
          local health = require("openclaw.credentials.key_health")
          local clock = require("openclaw.core.clock")
          local now, milliseconds, at = clock.now, clock.milliseconds, 1000
          clock.now = function() return at end
          clock.milliseconds = function() return at * 1000 end
          local function about(caller, model, place) return health.about(caller, model, place or "POST /v1/chat") end
          local function refused(time, caller, status, seconds, model, place)
            at = time
            health.refused("${upstream}", "${id}", about(caller, model, place), status, seconds)
          end
          local function served(time, caller, began, model, place)
            at = time
            health.served("${upstream}", "${id}", about(caller, model, place), began)
          end
          -- Seconds, "limited" where the provider has set the end, "trial" where one may look; "works" else.
          local function look(time, caller, model, place)
            at = time
            local seconds, is_limited, may_try = health.out_for("${upstream}", "${id}", about(caller, model, place))
            ngx.say(seconds and string.format("%.0f%s%s", seconds, is_limited and " limited" or "", may_try and " trial" or "") or "works")
          end
          local function try(time, caller)
            at = time
            ngx.say(tostring(health.try("${upstream}", "${id}", about(caller))))
          end
          local function count()
            local names = ngx.shared.openclaw_key_health:get_keys(0)
            ngx.say(#names)
          end
          local run = assert(load(ngx.req.get_body_data(), "steps", "t", {
            refused = refused, served = served, look = look, try = try, count = count, ngx = ngx, tostring = tostring }))
          local ok, reason = pcall(run)
          clock.now, clock.milliseconds = now, milliseconds
          if not ok then ngx.say(reason) end
        } }`,
    });
  });
  afterAll(() => gateway?.stop());

  async function run(steps: string): Promise<string[]> {
    const response = await fetch(`${gateway.url}/run`, { method: 'POST', body: steps });
    return (await response.text()).trim().split('\n');
  }

  test.each<[name: string, steps: string, want: string[]]>([
    [
      'one caller takes a key from itself alone, however often it fails',
      `for second = 0, 50 do refused(1000 + second, "mallory", 401) end
       look(1050, "mallory") look(1050, "alice")`,
      ['60', 'works'],
    ],
    [
      'two callers take it from all',
      'refused(1000, "alice", 401) refused(1010, "bob", 401) look(1010, "carol") look(1071, "carol")',
      ['60', 'works'],
    ],
    [
      'not when a request was served that began in between',
      'refused(1000, "alice", 401) served(1006, "carol", 1005) refused(1010, "bob", 401) look(1010, "carol")',
      ['works'],
    ],
    [
      'but when it had begun before',
      'refused(1000, "alice", 401) served(1006, "carol", 999) refused(1010, "bob", 401) look(1010, "carol")',
      ['60'],
    ],
    [
      'a request that was served ends the rest, one from before does not',
      `refused(1000, "alice", 401) refused(1001, "bob", 401)
       served(1005, "carol", 1000) look(1005, "carol") served(1008, "carol", 1007) look(1008, "carol") look(1008, "bob")`,
      ['56', 'works', '53'],
    ],
    ['402 needs one', 'refused(1000, "alice", 402) look(1000, "bob")', ['60']],
    [
      '403 is about a place and a model',
      `refused(1000, "alice", 403, nil, "o3", "GET /a") refused(1000, "bob", 403, nil, "o3", "GET /a")
       look(1000, "carol", "o3", "GET /a") look(1000, "carol", "o3", "GET /b") look(1000, "carol", "o4", "GET /a")`,
      ['60', 'works', 'works'],
    ],
    [
      'two callers on two places are no evidence',
      `refused(1000, "alice", 403, nil, nil, "GET /a") refused(1000, "bob", 403, nil, nil, "GET /b")
       look(1000, "carol", nil, "GET /a") look(1000, "carol", nil, "GET /b")`,
      ['works', 'works'],
    ],
    [
      '429 is about a model, as long as the provider says',
      `refused(1000, "alice", 429, 20, "o3") refused(1001, "bob", 429, 30, "o3")
       look(1001, "alice", "o3") look(1001, "carol", "o3") look(1001, "carol", "o4") look(1032, "carol", "o3")`,
      ['30 limited', '30 limited', 'works', 'works'],
    ],
    [
      '429 without a time is short',
      'refused(1000, "alice", 429) look(1000, "alice") look(1006, "alice")',
      ['5', 'works'],
    ],
    ['nothing is longer than five minutes', 'refused(1000, "alice", 429, 86400) look(1000, "alice")', ['300 limited']],
    ['a provider that wants no wait gets none', 'refused(1000, "alice", 429, 0) look(1000, "alice")', ['works']],
    [
      'a success does not end what the provider has set an end to',
      `refused(1000, "alice", 429, 20) refused(1000, "bob", 429, 20) served(1005, "carol", 1004) look(1005, "carol")`,
      ['15 limited'],
    ],
    [
      'a clock that is set back forgets',
      'refused(1000, "alice", 401) look(1100, "alice") look(900, "bob")',
      ['works', 'works'],
    ],
  ])('%s', async (_, steps, want) => {
    expect(await run(steps)).toEqual(want);
  });

  test('one of all may look whether it works again, and not those who were refused', async () => {
    const steps = `refused(1000, "alice", 401) refused(1000, "bob", 401)
      look(1000, "carol") look(1006, "carol") look(1006, "bob")
      try(1006, "carol") try(1006, "dave") look(1006, "dave")`;
    expect(await run(steps)).toEqual(['60', '54 trial', '54', 'true', 'false', '54']);
  });

  test('a flood of callers, models and places is bounded, and drives out nothing', async () => {
    const steps = `refused(1000, "alice", 402)
      for number = 1, 20000 do
        local text = tostring(number)
        refused(1001, text, 403, nil, text, text) refused(1001, "b" .. text, 403, nil, text, text)
        refused(1001, text, 429, 200, text) refused(1001, "b" .. text, 429, 200, text)
        refused(1001, text, 401)
        if number % 1000 == 0 then ngx.sleep(0) end
      end
      look(1002, "carol", "gpt-4o") count()`;
    const [seen = '', count = ''] = await run(steps);
    expect(Number(seen.split(' ')[0])).toBeGreaterThan(50);
    expect(Number(count)).toBeLessThanOrEqual(3 * (32 + 32 + 1) + 64 + 1);
    expect(await gateway.errorLog()).not.toContain('is full');
  }, 60_000);

  test('without room the log says so, and nothing breaks', async () => {
    const steps = `for number = 1, 5000 do
        if not ngx.shared.openclaw_key_health:safe_set("filler " .. number, "99999999 " .. ("x"):rep(200)) then break end
      end
      refused(1000, "alice", 402) look(1000, "bob")`;
    expect(await run(steps)).toEqual(['works']);
    expect(await gateway.errorLog()).toContain('`openclaw_key_health` is full');
  });
});
