import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

const valid = [
  ...['null', 'true', 'false', '0', '-0', '""', '[]', '{}', '[[]]', '[{}]', '{"":{}}', '"a"', '[null,false]'],
  ...['1', '-1', '10', '0.5', '-0.0', '1e2', '1E+2', '1e-2', '1.25e3', '0e0', '123456789012345678', '1e-400', '1e308'],
  ...[' \t\r\n[ \t\r\n1 \t\r\n, \t\r\n2 \t\r\n] \t\r\n', '{ "a" : 1 , "b" : [ ] }', '[1,[2,[3,[4]]]]'],
  ...[
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\u0000\\u001f\\u007F\\u00e9\\u20AC\\uFFFF"',
    '"\\ud83d\\uDE00\\ud840\\udc00\\udbff\\udfff"',
  ],
  ...['"é€😀\u007f\u2028\ufffe"', '"/"', '"\\\\u0041"', '{"a":1,"A":2,"a ":3}', '{"__index":1,"__proto__x":2}'],
  `"${'x'.repeat(10_000)}\\n"`,
  `${'['.repeat(16)}1${']'.repeat(16)}`,
];

const invalid: [name: string, text: string | Buffer, reason: string][] = [
  ['nothing', '', 'unexpected end at byte 1'],
  ['white space', ' \n', 'unexpected end at byte 3'],
  ['a second value', '1 2', 'unexpected text after the value at byte 3'],
  ['a bracket too many', '[]]', 'unexpected text after the value at byte 3'],
  ['a NUL after the value', bytes('{}', 0), 'unexpected text after the value at byte 3'],
  ['a comment', '{}//', 'unexpected text after the value at byte 3'],
  ['a byte order mark', '\ufeff{}', 'unexpected character at byte 1'],
  ['a form feed as white space', '\f1', 'unexpected character at byte 1'],
  ['a no-break space as white space', '\u00a01', 'unexpected character at byte 1'],
  ['a comma at the end of an array', '[1,]', 'unexpected character at byte 4'],
  ['a comma at the start of an array', '[,1]', 'unexpected character at byte 2'],
  ['no comma in an array', '[1 2]', 'expected a comma or the end at byte 4'],
  ['a colon in an array', '["a":1]', 'expected a comma or the end at byte 5'],
  ['an array without end', '[1', 'expected a comma or the end at byte 3'],
  ['an array that just opens', '[', 'unexpected end at byte 2'],
  ['an array that ends as an object', '[1}', 'expected a comma or the end at byte 3'],
  ['an object without end', '{"a":1', 'expected a comma or the end at byte 7'],
  ['an object that just opens', '{', 'expected a name at byte 2'],
  ['an object that ends as an array', '{"a":1]', 'expected a comma or the end at byte 7'],
  ['a comma at the end of an object', '{"a":1,}', 'expected a name at byte 8'],
  ['no colon', '{"a" 1}', 'expected a colon at byte 6'],
  ['no value', '{"a":}', 'unexpected character at byte 6'],
  ['a name without quotes', '{a:1}', 'expected a name at byte 2'],
  ['a number as a name', '{1:1}', 'expected a name at byte 2'],
  ['single quotes', "{'a':1}", 'expected a name at byte 2'],
  ['a name twice', '{"a":1,"b":2,"a":1}', 'duplicate name at byte 14'],
  ['a name twice, once in escapes', '{"ab":1,"\\u0061b":2}', 'duplicate name at byte 9'],
  ['a name twice, first as null', '{"a":null,"a":1}', 'duplicate name at byte 11'],
  ['a name twice, first as false', '{"a":false,"a":1}', 'duplicate name at byte 12'],
  ['a name twice, deep inside', '[{"a":{"b":[],"b":{}}}]', 'duplicate name at byte 15'],
  ['a leading zero', '01', 'bad number at byte 1'],
  ['a leading zero after a minus', '[-01]', 'bad number at byte 2'],
  ['a leading plus', '+1', 'unexpected character at byte 1'],
  ['no digit before the point', '.5', 'unexpected character at byte 1'],
  ['no digit after the point', '1.', 'unexpected text after the value at byte 2'],
  ['no digit in the exponent', '1e', 'unexpected text after the value at byte 2'],
  ['no digit after a signed exponent', '[1e+]', 'expected a comma or the end at byte 3'],
  ['just a minus', '-', 'bad number at byte 1'],
  ['two minuses', '--1', 'bad number at byte 1'],
  ['hexadecimal', '0x10', 'unexpected text after the value at byte 2'],
  ['NaN', 'NaN', 'unexpected character at byte 1'],
  ['nan', '[nan]', 'unknown word at byte 2'],
  ['Infinity', '-Infinity', 'bad number at byte 1'],
  ['more than a double holds', '{"exp":1e400}', 'number out of range at byte 8'],
  ['an exponent that is no number to LuaJIT', '[0e1000000000000]', 'number out of range at byte 2'],
  ['less than a double holds', `-${'9'.repeat(400)}`, 'number out of range at byte 1'],
  ['True', 'True', 'unexpected character at byte 1'],
  ['a word cut short', 'tru', 'unknown word at byte 1'],
  ['a word too long', 'nulls', 'unknown word at byte 1'],
  ['a string without end', '"a', 'unfinished string at byte 1'],
  ['a string that ends in a backslash', '"a\\"', 'unfinished string at byte 1'],
  ['a raw line break', '"a\nb"', 'control character at byte 3'],
  ['a raw tab', '"\t"', 'control character at byte 2'],
  ['a raw NUL', bytes('"', 0, '"'), 'control character at byte 2'],
  ['a raw unit separator', '"\x1f"', 'control character at byte 2'],
  ['an unknown escape', '"\\x41"', 'bad escape at byte 2'],
  ['an escaped quote of Lua', '"\\\'"', 'bad escape at byte 2'],
  ['three hexadecimal digits', '"\\u004"', 'bad escape at byte 2'],
  ['a letter among hexadecimal digits', '"\\u00g0"', 'bad escape at byte 2'],
  ['a capital U', '"\\U0041"', 'bad escape at byte 2'],
  ['a high surrogate alone', '"\\ud800"', 'lone surrogate at byte 2'],
  ['a high surrogate before another', '"\\ud800\\ud800"', 'lone surrogate at byte 2'],
  ['a high surrogate before what is above the low ones', '"\\ud800\\ue000"', 'lone surrogate at byte 2'],
  ['a high surrogate before a letter', '"\\udbff\\u0041"', 'lone surrogate at byte 2'],
  ['two low surrogates', '"\\udc00\\udc00"', 'lone surrogate at byte 2'],
  ['a low surrogate alone', '"\\udc00"', 'lone surrogate at byte 2'],
  ['surrogates the wrong way round', '"\\ude00\\ud83d"', 'lone surrogate at byte 2'],
  ['a continuation byte alone', bytes('"', 0x80, '"'), 'invalid UTF-8 at byte 2'],
  ['Latin 1', bytes('"caf', 0xe9, '"'), 'invalid UTF-8 at byte 5'],
  ['a sequence cut short', bytes('"', 0xe2, 0x82, '"'), 'invalid UTF-8 at byte 2'],
  ['a sequence cut short by the end', bytes('"é', 0xf0, 0x9f, 0x98), 'invalid UTF-8 at byte 4'],
  ['an overlong slash', bytes('"', 0xc0, 0xaf, '"'), 'invalid UTF-8 at byte 2'],
  ['an overlong slash of three bytes', bytes('"', 0xe0, 0x80, 0xaf, '"'), 'invalid UTF-8 at byte 2'],
  ['an overlong sequence of four bytes', bytes('"', 0xf0, 0x8f, 0xbf, 0xbf, '"'), 'invalid UTF-8 at byte 2'],
  ['a surrogate in UTF-8', bytes('"', 0xed, 0xa0, 0x80, '"'), 'invalid UTF-8 at byte 2'],
  ['a code point above U+10FFFF', bytes('"', 0xf4, 0x90, 0x80, 0x80, '"'), 'invalid UTF-8 at byte 2'],
  ['a sequence of five bytes', bytes('"', 0xf8, 0x88, 0x80, 0x80, 0x80, '"'), 'invalid UTF-8 at byte 2'],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'expected a name at byte 2'],
  ['one level too many', `${'['.repeat(17)}${']'.repeat(17)}`, 'nested too deeply at byte 17'],
  ['a mountain of arrays', '['.repeat(200_000), 'nested too deeply at byte 17'],
  ['a mountain of objects', '{"a":'.repeat(100_000), 'nested too deeply at byte 81'],
];

/** Reads texts out of the body, each after its length, and writes for each its value again or its reason. */
const location = `location = /decode {
  content_by_lua_block {
    local json, json_string = require "openclaw.core.json", require("openclaw.core.respond").json_string
    local function write(value)
      if value == json.null then
        return "null"
      elseif type(value) == "number" then
        return string.format("%.17g", value)
      elseif type(value) == "string" then
        return json_string(value)
      elseif type(value) ~= "table" then
        return tostring(value)
      end
      local parts = {}
      for name, item in pairs(value) do
        parts[#parts + 1] = (json.is_array(value) and "" or write(name) .. ":") .. write(item)
      end
      local list = table.concat(parts, ",")
      return json.is_array(value) and "[" .. list .. "]" or "{" .. list .. "}"
    end
    ngx.req.read_body()
    local body, at = ngx.req.get_body_data(), 1
    while at <= #body do
      local length = string.match(body, "^%d+", at)
      local start = at + #length + 1
      at = start + length
      local value, reason = json.decode(string.sub(body, start, at - 1), tonumber(ngx.var.arg_depth))
      ngx.say(value == nil and "refused: " .. reason or write(value))
    end
  }
}`;

describe.each(nginxReleases)('JSON on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    const limits = 'client_max_body_size 4m; client_body_buffer_size 4m;';
    gateway = await startLuaGateway({ release, data: '{}', server: limits + location });
  });
  afterAll(() => gateway?.stop());

  async function decode(texts: readonly (string | Buffer)[], depth = ''): Promise<string[]> {
    const body = Buffer.concat(
      texts.map((text) => Buffer.concat([Buffer.from(`${Buffer.byteLength(text)}:`), Buffer.from(text)])),
    );
    const response = await fetch(`${gateway.url}/decode?depth=${depth}`, { method: 'POST', body });
    return (await response.text()).split('\n').slice(0, -1);
  }

  test.each(valid)('reads %s', async (text) => {
    const [answer = ''] = await decode([text]);
    expect(answer).not.toContain('refused');
    expect(JSON.parse(answer)).toEqual(JSON.parse(text));
  });

  test.each(invalid)('refuses %s', async (_, text, reason) => {
    expect(await decode([text])).toEqual([`refused: ${reason}`]);
  });

  test('goes as deep as it is told to', async () => {
    expect(await decode(['[{"a":[]}]', '[{"a":[[]]}]'], '3')).toEqual([
      '[{"a":[]}]',
      'refused: nested too deeply at byte 8',
    ]);
    expect(await decode(['1', '[]'], '0')).toEqual(['1', 'refused: nested too deeply at byte 1']);
  });

  test('reads whatever JSON.stringify writes', async () => {
    const given = fc.array(fc.json({ maxDepth: 6, stringUnit: 'grapheme' }), { minLength: 50, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(given, async (texts) => {
        const answers = await decode(texts);
        expect(answers.map(normalise)).toEqual(texts.map(normalise));
      }),
      { numRuns: 20 },
    );
  });

  test('never reads what JSON.parse refuses, nor reads it differently', async () => {
    const edit = fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...'[]{}",:\\/0123456789.eE+-tfn \n\t\0\x1fu\x80é'));
    const given = fc.array(fc.tuple(fc.json({ maxDepth: 4 }), fc.array(edit, { minLength: 1, maxLength: 3 })), {
      minLength: 100,
      maxLength: 100,
    });
    await fc.assert(
      fc.asyncProperty(given, async (cases) => {
        const texts = cases.map(([text, edits]) => edits.reduce(change, text));
        const answers = await decode(texts);
        texts.forEach((text, index) => {
          const answer = answers[index] ?? '';
          const stricter = /^refused: (duplicate|lone|nested|number)/.test(answer);
          const want = parses(text) ? (stricter ? 'stricter' : normalise(text)) : 'refused';
          const got =
            stricter && parses(text) ? 'stricter' : answer.startsWith('refused') ? 'refused' : normalise(answer);
          expect([text, got]).toEqual([text, want]);
        });
      }),
      { numRuns: 20 },
    );
  });
});

function change(text: string, [seed, length, replacement]: [number, number, string]): string {
  const at = seed % (text.length + 1);
  return text.slice(0, at) + replacement + text.slice(at + length);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text of the same value, with its members as pairs in the order of their names. */
function normalise(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1));
  });
}
