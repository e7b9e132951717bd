import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

type Headers = readonly (readonly [name: string, value: string])[];

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);
const zulu = (seconds: number) =>
  inSeconds(seconds)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');

/** What a provider's answer says, and the seconds that it asks for: from, to; or nothing. */
const answers: readonly (readonly [string, () => Headers, readonly [number, number] | null])[] = [
  ['nothing', () => [], null],
  ['seconds', () => [['Retry-After', '7']], [7, 7]],
  ['none at all', () => [['Retry-After', '0']], [0, 0]],
  ['a fraction', () => [['Retry-After', '1.5']], [1.5, 1.5]],
  ['a date', () => [['Retry-After', inSeconds(100).toUTCString()]], [90, 101]],
  ['a date that is over', () => [['Retry-After', inSeconds(-100).toUTCString()]], [0, 0]],
  ['a day, which is cut to minutes', () => [['Retry-After', '86400']], [300, 300]],
  ['more than a number can hold', () => [['Retry-After', '9'.repeat(400)]], [300, 300]],
  ['words', () => [['Retry-After', 'soon']], null],
  ['less than none', () => [['Retry-After', '-5']], null],
  ['another base', () => [['Retry-After', '0x10']], null],
  [
    'milliseconds before seconds',
    () => [
      ['retry-after-ms', '2500'],
      ['Retry-After', '9'],
    ],
    [2.5, 2.5],
  ],
  [
    'milliseconds that are none',
    () => [
      ['retry-after-ms', 'x'],
      ['Retry-After', '9'],
    ],
    [9, 9],
  ],
  [
    'OpenAI: the limit of which nothing is left',
    () => [
      ['x-ratelimit-remaining-requests', '12'],
      ['x-ratelimit-reset-requests', '4m'],
      ['x-ratelimit-remaining-tokens', '0'],
      ['x-ratelimit-reset-tokens', '1m26.4s'],
    ],
    [86.4, 86.4],
  ],
  [
    'milliseconds with their unit',
    () => [
      ['x-ratelimit-remaining-tokens', '0'],
      ['x-ratelimit-reset-tokens', '120ms'],
    ],
    [0.12, 0.12],
  ],
  [
    'a limit of which something is left',
    () => [
      ['x-ratelimit-remaining-tokens', '5'],
      ['x-ratelimit-reset-tokens', '1m'],
    ],
    null,
  ],
  ['a limit without a number of what is left', () => [['x-ratelimit-reset-tokens', '1m']], null],
  [
    'an unknown unit',
    () => [
      ['x-ratelimit-remaining-tokens', '0'],
      ['x-ratelimit-reset-tokens', '5y'],
    ],
    null,
  ],
  [
    'OpenRouter: ms since 1970',
    () => [
      ['X-RateLimit-Remaining', '0'],
      ['X-RateLimit-Reset', String(Date.now() + 50_000)],
    ],
    [40, 51],
  ],
  [
    'seconds since 1970',
    () => [
      ['X-RateLimit-Remaining', '0'],
      ['X-RateLimit-Reset', String(Math.floor(Date.now() / 1000) + 50)],
    ],
    [40, 51],
  ],
  [
    'seconds to wait',
    () => [
      ['X-RateLimit-Remaining', '0'],
      ['X-RateLimit-Reset', '50'],
    ],
    [50, 50],
  ],
  [
    'Anthropic: moments, the last of those that are used up',
    () => [
      ['anthropic-ratelimit-requests-remaining', '0'],
      ['anthropic-ratelimit-requests-reset', zulu(30)],
      ['anthropic-ratelimit-input-tokens-remaining', '0'],
      ['anthropic-ratelimit-input-tokens-reset', zulu(60)],
      ['anthropic-ratelimit-output-tokens-remaining', '8'],
      ['anthropic-ratelimit-output-tokens-reset', zulu(200)],
    ],
    [45, 61],
  ],
  [
    'a moment with a fraction',
    () => [
      ['x-ratelimit-remaining', '0'],
      ['x-ratelimit-reset', inSeconds(60).toISOString()],
    ],
    [45, 61],
  ],
];

describe.each(nginxReleases)('item 6: when a provider wants to be asked again, on nginx %s', (release) => {
  let upstream: MockModelServer;
  let gateway: LuaGateway;
  beforeAll(async () => {
    upstream = await startMockModelServer();
    gateway = await startLuaGateway({
      release,
      data: '{ credentials = {} }',
      server: `location / {
          proxy_pass ${upstream.url};
          header_filter_by_lua_block {
            local seconds = require("openclaw.credentials.retry_after").read(ngx.status)
            ngx.header["X-Seconds"] = seconds and string.format("%.3f", seconds) or "none"
          }
        }`,
    });
  });
  afterAll(() => Promise.all([gateway?.stop(), upstream?.close()]));

  test.each(answers)('%s', async (_, headers, want) => {
    upstream.behave({ status: 429, responseHeaders: [...headers()] });
    const told = (await fetch(`${gateway.url}/`)).headers.get('x-seconds');
    if (want === null) expect(told).toBe('none');
    else {
      expect(Number(told)).toBeGreaterThanOrEqual(want[0]);
      expect(Number(told)).toBeLessThanOrEqual(want[1]);
    }
  });
});
