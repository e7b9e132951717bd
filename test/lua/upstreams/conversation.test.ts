import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type ModelGateway, startModelGateway } from '../models/model-gateway.ts';

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const system = (content: unknown) => ({ role: 'system', content });
const developer = { role: 'developer', content: 'd' };
const block = (text: string) => [{ type: 'text', text }];
const cached = (text: string) => [{ type: 'text', text, cache_control: { type: 'ephemeral', ttl: '1h' } }];
const gemini = (role: string, text: string) => ({ role, parts: [{ text }] });
const long = (length: number, word = 'word ') => word.repeat(length / word.length);

const sameTurns: [name: string, ...turns: unknown[]][] = [
  [
    'OpenAI chat',
    { model: 'a', messages: [system('s'), user('hi')] },
    { model: 'a', messages: [system('s'), user('hi'), assistant('hello'), user('and')] },
    { model: 'b', temperature: 1, stream: true, messages: [system('s'), user('hi'), assistant('x'), user('y')] },
  ],
  ['OpenAI chat without a system prompt', { messages: [user('hi')] }, { messages: [user('hi'), assistant('x')] }],
  [
    'OpenAI chat with two system prompts',
    { messages: [developer, system('s'), user('hi')] },
    { messages: [developer, system('s'), user('hi'), assistant('x')] },
  ],
  [
    'Anthropic',
    { system: 's', messages: [user('hi')] },
    { system: 's', messages: [user('hi'), assistant(block('x')), user('y')] },
  ],
  [
    'Anthropic with what is cached further on each turn',
    { system: cached('s'), messages: [user(cached('hi'))] },
    { system: cached('s'), messages: [user('hi'), assistant(block('x')), user(cached('y'))] },
    { system: 's', messages: [user(block('hi')), assistant(block('x')), user('y'), assistant('z'), user('!')] },
  ],
  ['a system prompt that is nothing', { system: null, messages: [user('hi')] }, { messages: [user('hi')] }],
  [
    'OpenAI responses of items',
    { instructions: 'i', input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }] },
    {
      instructions: 'i',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }, assistant('x')],
    },
  ],
  ['OpenAI responses of a text', { input: long(1100) }, { input: `${long(1100)} and more` }],
  ['completions', { prompt: long(1100) }, { prompt: `${long(1100)} and more` }],
  ['completions in a list', { prompt: [long(1100)] }, { prompt: [`${long(1100)} and more`] }],
  ['completions of tokens', { prompt: Array(600).fill(1) }, { prompt: Array(900).fill(1) }],
  [
    'Gemini',
    { systemInstruction: { parts: [{ text: 's' }] }, contents: [gemini('user', 'hi')] },
    { systemInstruction: { parts: [{ text: 's' }] }, contents: [gemini('user', 'hi'), gemini('model', 'x')] },
  ],
  [
    'a first message of 100 KB',
    { messages: [user(long(100_000))] },
    { messages: [user(long(100_000)), assistant('x')] },
  ],
  [
    'messages before the system prompt',
    { messages: [user('hi')], system: 's' },
    { messages: [user('hi'), assistant(long(80_000))], system: 's' },
  ],
  [
    'other fields before',
    { tools: [{ name: 'a"b\\', messages: [user('no')] }], messages: [user('hi')] },
    { metadata: { contents: '[{' }, messages: [user('hi')] },
  ],
];

const differing: [name: string, one: unknown, other: unknown][] = [
  ['first messages', { messages: [user('hi')] }, { messages: [user('ho')] }],
  ['first messages of blocks', { messages: [user(block('hi'))] }, { messages: [user(block('ho'))] }],
  [
    'images',
    { messages: [user([{ type: 'image_url', image_url: { url: 'data:a' } }])] },
    { messages: [user([{ type: 'image_url', image_url: { url: 'data:b' } }])] },
  ],
  ['system prompts', { system: 's', messages: [user('hi')] }, { system: 't', messages: [user('hi')] }],
  ['system prompts in messages', { messages: [system('s'), user('hi')] }, { messages: [system('t'), user('hi')] }],
  [
    'first messages after system prompts',
    { messages: [system('s'), user('hi')] },
    { messages: [system('s'), user('ho')] },
  ],
  [
    'first messages after developer prompts',
    { messages: [developer, user('hi')] },
    { messages: [developer, user('ho')] },
  ],
  ['instructions', { instructions: 'a', input: 'hi' }, { instructions: 'b', input: 'hi' }],
  ['stored prompts', { prompt: { id: 'a' }, input: 'hi' }, { prompt: { id: 'b' }, input: 'hi' }],
  ['inputs', { input: 'hi' }, { input: 'ho' }],
  ['input items', { input: [user('hi')] }, { input: [user('ho')] }],
  ['prompts', { prompt: 'hi' }, { prompt: 'ho' }],
  ['prompts of tokens', { prompt: [1, 2] }, { prompt: [1, 3] }],
  ['contents', { contents: [gemini('user', 'hi')] }, { contents: [gemini('user', 'ho')] }],
  [
    'Gemini instructions',
    { systemInstruction: { parts: [{ text: 's' }] }, contents: [gemini('user', 'hi')] },
    { systemInstruction: { parts: [{ text: 't' }] }, contents: [gemini('user', 'hi')] },
  ],
  ['long first messages', { messages: [user(`a${long(100_000)}`)] }, { messages: [user(`b${long(100_000)}`)] }],
  [
    'first messages after a long system prompt',
    { system: long(50_000), messages: [user('hi')] },
    { system: long(50_000), messages: [user('ho')] },
  ],
  ['texts with quotes', { messages: [user('a"b')] }, { messages: [user('a"c')] }],
  [
    'where one text ends',
    { messages: [user([...block('ab'), ...block('c')])] },
    { messages: [user([...block('a'), ...block('bc')])] },
  ],
];

const none: [name: string, text: string][] = [
  ['nothing', ''],
  ['an empty object', '{}'],
  ['no messages', '{"model":"a","input_type":"x"}'],
  ['messages of none', '{"messages":[]}'],
  ['messages that are nothing', '{"messages":[{}]}'],
  ['an empty prompt', '{"prompt":""}'],
  ['fields that are nothing', '{"messages":null,"input":1,"system":false}'],
  ['messages deeper', '{"a":{"messages":[{"role":"user","content":"hi"}]}}'],
  ['messages after 64 KB', `{"a":"${'x'.repeat(66_000)}","messages":[{"role":"user","content":"hi"}]}`],
  ['a list', '[{"messages":[]}]'],
  ['a form', '--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nx\r\n--b--\r\n'],
  ['an object that just opens', '{'],
  ['a name that just opens', '{"'],
  ['a name without a value', '{"messages"'],
  ['a colon at the end', '{"messages":'],
];

describe.each(nginxReleases)('the beginning of a conversation on nginx %s', (release) => {
  let gateway: ModelGateway;

  beforeAll(async () => {
    gateway = await startModelGateway(release);
  });
  afterAll(() => gateway?.stop());

  test.each(sameTurns)('is the same for all turns of %s', async (_, ...turns) => {
    for (const indent of [0, 2]) {
      const texts = turns.map((turn) => JSON.stringify(turn, null, indent));
      const [first = '', ...others] = await gateway.call('beginning', texts);
      expect(first).toMatch(/^[\da-f]{16}$/);
      expect(new Set(others)).toEqual(new Set([first]));
    }
  });

  test.each(differing)('differs between %s', async (_, one, other) => {
    const [first, second] = await gateway.call('beginning', [JSON.stringify(one), JSON.stringify(other)]);
    expect([first, second]).toEqual([expect.stringMatching(/^[\da-f]{16}$/), expect.stringMatching(/^[\da-f]{16}$/)]);
    expect(first).not.toBe(second);
  });

  test.each(none)('is none for %s', async (_, text) => {
    expect(await gateway.call('beginning', [text])).toEqual(['nil']);
  });

  test('is told for a body that ends anywhere', async () => {
    const text = JSON.stringify({ system: 's"', messages: [system(block('t')), user([...cached('a\\'), 1, true])] });
    const cut = [...text].map((_, index) => text.slice(0, index));
    const answers = await gateway.call('beginning', cut);
    expect(answers.filter((answer) => !/^(?:nil|[\da-f]{16})$/.test(answer))).toEqual([]);
  });
});
