import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

const moments = [
  '1970-01-01',
  '2027-01-31',
  '2027-01-31T12:30:00Z',
  '2024-02-29T23:59:59Z',
  '2000-02-29',
  '1900-03-01',
  '1969-12-31T23:59:59Z',
  '2038-01-19T03:14:08Z',
  '9999-12-31T23:59:59Z',
  '0000-01-01',
  '0000-02-29',
  // Every length of month, and the ends of centuries.
  ...[1600, 1700, 1999, 2004, 2100, 2400].flatMap((year) =>
    Array.from({ length: 12 }, (_, month) =>
      new Date(Date.UTC(year, month + 1, 0, month, 2 * month, 5 * month)).toISOString().replace('.000Z', 'Z'),
    ),
  ),
];

const wrong = [
  '',
  '2027',
  '2027-02-29',
  '1900-02-29',
  '2027-04-31',
  '2027-00-10',
  '2027-13-10',
  '2027-01-00',
  '2027-1-31',
  '27-01-31',
  '+2027-01-31',
  '2027-01-31 ',
  ' 2027-01-31',
  '2027-01-31T',
  '2027-01-31T12:30Z',
  '2027-01-31T12:30:00',
  '2027-01-31t12:30:00z',
  '2027-01-31 12:30:00Z',
  '2027-01-31T24:00:00Z',
  '2027-01-31T12:60:00Z',
  '2027-01-31T12:30:60Z',
  '2027-01-31T12:30:00.5Z',
  '2027-01-31T12:30:00+01:00',
  '2027-01-31T12:30:00ZZ',
  '２０２７-01-31',
];

describe.each(nginxReleases)('moments on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{}',
      server: `location / {
        content_by_lua_block {
          local time = require "openclaw.core.time"
          ngx.req.read_body()
          for text in (ngx.req.get_body_data() .. "\\n"):gmatch("(.-)\\n") do
            local epoch = time.parse(text)
            ngx.say(epoch and string.format("%d %s", epoch, time.format(epoch + 0.9)) or "none")
          end
        }
      }`,
    });
  });
  afterAll(() => gateway?.stop());

  async function readAll(texts: readonly string[]): Promise<string[]> {
    const response = await fetch(gateway.url, { method: 'POST', body: texts.join('\n') });
    return (await response.text()).trimEnd().split('\n');
  }

  test('are those of the Gregorian calendar, and written as they are read', async () => {
    const want = moments.map((text) => {
      const milliseconds = Date.parse(text);
      return `${milliseconds / 1000} ${new Date(milliseconds).toISOString().replace('.000Z', 'Z')}`;
    });
    expect(await readAll(moments)).toEqual(want);
  });

  test('are refused when there is no such date or it is written in another way', async () => {
    const read = await readAll(wrong);
    expect(wrong.filter((_, index) => read[index] !== 'none')).toEqual([]);
  });
});
