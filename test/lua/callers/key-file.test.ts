import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

const a = 'a1'.repeat(32);
const b = 'b2'.repeat(32);

const readable: [name: string, text: string, want: Record<string, unknown>][] = [
  ['a line', `mobile sha256:${a}\n`, { [a]: { id: 'mobile' } }],
  ['a last line without an end', `mobile sha256:${a}`, { [a]: { id: 'mobile' } }],
  ['comments and blank lines', `# keys\n\n  \t\n \t# more ü\n\nx sha256:${a}\n#`, { [a]: { id: 'x' } }],
  [
    'a remark behind a key',
    `x sha256:${a} # of sha256:${b}\ny sha256:${b}\t#\n`,
    { [a]: { id: 'x' }, [b]: { id: 'y' } },
  ],
  [
    'CRLF and a byte order mark',
    `\uFEFF# c\r\n\r\nx sha256:${a}\r\ny sha256:${b} tier=t\r\n`,
    { [a]: { id: 'x' }, [b]: { id: 'y', tier: 't' } },
  ],
  ['blanks and tabs', `\tx \t sha256:${a} \t tier=t\t \n`, { [a]: { id: 'x', tier: 't' } }],
  ['capital digits', `x sha256:${a.toUpperCase()}\n`, { [a]: { id: 'x' } }],
  ['the longest id', `${'I'.repeat(64)} sha256:${a}\n`, { [a]: { id: 'I'.repeat(64) } }],
  ['every character of ids', `0a_.@-Z sha256:${a}\n`, { [a]: { id: '0a_.@-Z' } }],
  [
    'every attribute',
    `x sha256:${a} not_after=2027-01-31T12:30:00Z not_before=2026-12-01 addresses=10.0.0.0/8,2001:db8::/32 models=gpt-4o*,o3,a_.:/@*+-Z upstreams=llama,open_ai-2 routes=chat tier=premium\n`,
    {
      [a]: {
        id: 'x',
        tier: 'premium',
        routes: { chat: true },
        upstreams: { llama: true, 'open_ai-2': true },
        models: ['gpt-4o*', 'o3', 'a_.:/@*+-Z'],
        addresses: true,
        not_before: 1_796_083_200,
        not_after: 1_801_398_600,
      },
    },
  ],
  [
    'an address range that leaves others out',
    `x sha256:${a} addresses=10.9.0.0/16\n`,
    { [a]: { id: 'x', addresses: false } },
  ],
];

const word = 's3cr3t';
const unreadable: [name: string, text: string, reason: string][] = [
  ['nothing', '', 'has no keys'],
  ['only remarks', '# x\n\n', 'has no keys'],
  ['a line of another kind', `x sha256:${a}\n\n${word}\n`, 'line 3: not `<id> sha256:<64 hexadecimal digits>`'],
  ['a key instead of its hash', `x ${word}\n`, 'line 1: not `<id> sha256:<64 hexadecimal digits>`'],
  ['another kind of hash', `x sha1:${a}\n`, 'line 1: not `<id> sha256:<64 hexadecimal digits>`'],
  ['a wrong id', `.${word} sha256:${a}\n`, 'line 1: not `<id> sha256:<64 hexadecimal digits>`'],
  ['an id of two words', `${word} x sha256:${a}\n`, 'line 1: not `<id> sha256:<64 hexadecimal digits>`'],
  ['an id over two lines', `x\nsha256:${a}\n`, 'line 1: not `<id> sha256:<64 hexadecimal digits>`'],
  ['an id that is too long', `${'I'.repeat(65)} sha256:${a}\n`, 'line 1: an id has 64 characters at most'],
  ['a short hash', `x sha256:${a.slice(1)}\n`, 'line 1: a hash is `sha256:` and 64 hexadecimal digits'],
  ['a long hash', `x sha256:${a}a\n`, 'line 1: a hash is `sha256:` and 64 hexadecimal digits'],
  ['a hash with more behind it', `x sha256:${a}tier=t\n`, 'line 1: a hash is `sha256:` and 64 hexadecimal digits'],
  [
    'the same attribute without its blank',
    `x sha256:${a} tier=t\ny sha256:${b}tier=t\n`,
    'line 2: a hash is `sha256:` and 64 hexadecimal digits',
  ],
  ['a remark without its blank', `x sha256:${a}#${word}\n`, 'line 1: a hash is `sha256:` and 64 hexadecimal digits'],
  ['a hash twice', `x sha256:${a}\n# \ny sha256:${a.toUpperCase()}\n`, 'line 3: the hash of an earlier line'],
  ['an unknown attribute', `x sha256:${a} ${word}=1\n`, 'line 1: unknown attribute'],
  ['an attribute in capitals', `x sha256:${a} Tier=a\n`, 'line 1: unknown attribute'],
  ['a word', `x sha256:${a} ${word}\n`, 'line 1: unknown attribute'],
  ['an attribute without a value', `x sha256:${a} tier\n`, 'line 1: unknown attribute'],
  ['an attribute with an empty value', `x sha256:${a} tier=\n`, 'line 1: `tier` is not a name'],
  ['a blank in an attribute', `x sha256:${a} tier= ${word}\n`, 'line 1: `tier` is not a name'],
  ['an attribute twice', `x sha256:${a} tier=a tier=a\n`, 'line 1: `tier` is given twice'],
  ['a wrong tier', `x sha256:${a} tier=${word.toUpperCase()}\n`, 'line 1: `tier` is not a name'],
  ['a tier that is too long', `x sha256:${a} tier=${'t'.repeat(64)}\n`, 'line 1: `tier` is not a name'],
  ['a wrong route', `x sha256:${a} routes=chat,9\n`, 'line 1: `routes` is not a list of names'],
  [
    'a route that is too long',
    `x sha256:${a} routes=chat,${'t'.repeat(64)}\n`,
    'line 1: `routes` is not a list of names',
  ],
  ['an empty route', `x sha256:${a} routes=a,,b\n`, 'line 1: `routes` is not a list of names'],
  ['a comma too many', `x sha256:${a} upstreams=a,\n`, 'line 1: `upstreams` is not a list of names'],
  ['a wrong model', `x sha256:${a} models=gpt;${word}\n`, 'line 1: `models` is not a list of models'],
  [
    'a wrong address',
    `x sha256:${a} addresses=10.0.0.0/8,10.0.0.0/33\n`,
    'line 1: `addresses` is not a list of address ranges',
  ],
  ['a wrong time', `x sha256:${a} not_after=2027-02-29\n`, 'line 1: `not_after` is not a time'],
  ['a NUL in an attribute', `x sha256:${a} tier=a\0b\n`, 'line 1: `tier` is not a name'],
  [
    'a carriage return in a line',
    `x sha256:${a}\ry sha256:${b}\n`,
    'line 1: a hash is `sha256:` and 64 hexadecimal digits',
  ],
  ['control bytes in a remark', `# \u001b[2J\nx sha256:${a}\n`, 'line 1: control bytes'],
  ['control bytes in a remark behind a key', `x sha256:${a} # \u007f\n`, 'line 1: control bytes'],
  [
    'a byte order mark in the middle',
    `x sha256:${a}\n\uFEFFy sha256:${b}\n`,
    'line 2: not `<id> sha256:<64 hexadecimal digits>`',
  ],
];

describe.each(nginxReleases)('key files on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{}',
      server: `client_body_buffer_size 1m;
        location / {
          content_by_lua_block {
            local parse = require("openclaw.callers.key_file").parse
            local contains = require("openclaw.core.ranges").contains
            local quote = require("openclaw.core.respond").json_string
            local function json(value, name)
              if name == "addresses" then
                return tostring(contains(value, "\\10\\0\\0\\1"))
              elseif type(value) ~= "table" then
                return type(value) == "string" and quote(value) or tostring(value)
              end
              local parts = {}
              for key, item in pairs(value) do
                parts[#parts + 1] = (value[1] and "" or quote(key) .. ":") .. json(item, key)
              end
              return value[1] and "[" .. table.concat(parts, ",") .. "]" or "{" .. table.concat(parts, ",") .. "}"
            end
            ngx.req.read_body()
            local parsed, reason = parse(ngx.req.get_body_data() or "")
            ngx.print(parsed and json(parsed) or json({ reason = reason }))
          }
        }
        location /shared {
          content_by_lua_block {
            local line = "%s sha256:" .. ("0"):rep(63) .. "%d%s\\n"
            local by_hash = require("openclaw.callers.key_file").parse(line:format("x", 1, " tier=t  routes=a") ..
              line:format("x", 2, " tier=t routes=a # two") .. line:format("x", 3, "") ..
              line:format("y", 4, " tier=t routes=a")).by_hash
            local function entry(digit) return by_hash[("0"):rep(63) .. digit] end
            ngx.print(tostring(entry(1) == entry(2)), tostring(entry(1) == entry(3)), entry(4).id, entry(4).tier)
          }
        }`,
    });
  });
  afterAll(() => gateway?.stop());

  async function parse(text: string): Promise<unknown> {
    return (await fetch(gateway.url, { method: 'POST', body: text })).json();
  }

  test.each(readable)('are read with %s', async (_, text, want) => {
    expect(await parse(text)).toEqual({ by_hash: want, count: Object.keys(want).length });
  });

  test.each(unreadable)('are refused with %s', async (_, text, reason) => {
    expect(await parse(text)).toEqual({ reason });
    expect(reason).not.toContain(word);
  });

  test('give lines of the same client and attributes one entry', async () => {
    expect(await (await fetch(`${gateway.url}/shared`)).text()).toBe('truefalseyt');
  });
});
