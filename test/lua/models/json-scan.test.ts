import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type ModelGateway, startModelGateway } from './model-gateway.ts';
import { type Member, readMembers } from './model-json-parser.ts';

/** What the harness says of a model: its name and, in Base64, the bytes that name it. */
function found(model: string, source = JSON.stringify(model), flags = ''): string {
  return `${JSON.stringify(model)} in ${Buffer.from(source).toString('base64')}${flags}`;
}

const deep = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

const accepted: [name: string, text: string, want: string][] = [
  ['a model', '{"model":"gpt"}', found('gpt')],
  ['a model and its quotes only', '{"a":1, "model" : "gpt" , "b":2}', found('gpt')],
  ['a model in escapes', '{"\\u006dodel":"\\u0067pt"}', found('gpt', '"\\u0067pt"')],
  ['a model of many letters', '{"model":"é€\\ud83d\\ude00"}', found('é€😀', '"é€\\ud83d\\ude00"')],
  ['no model', '{"a":{"model":"gpt"}}', 'no model'],
  ['nothing', ' {} ', 'no model'],
  ['a stream', '{"stream":true,"model":"gpt"}', found('gpt', '"gpt"', ' stream')],
  ['a stream with spaces', '{"stream" \n:\t true\n}', 'no model stream'],
  ['no stream', '{"stream":false}', 'no model'],
  ['a stream that is a text', '{"stream":"true"}', 'no model'],
  ['a stream deeper', '{"a":{"stream":true}}', 'no model'],
  ['a stream in another case', '{"Stream":true}', 'no model'],
  ['a stream and then none', '{"stream":true,"stream":false}', 'no model'],
  ['none and then a stream', '{"stream":false,"stream":true}', 'no model stream'],
  ['further models', '{"models":["a"],"model":"gpt"}', found('gpt', '"gpt"', ' choices')],
  ['fallbacks', '{"fallbacks":[]}', 'no model choices'],
  ['further models in another case', '{"Models":null}', 'no model choices'],
  ['further models in letters that Go folds', '{"Model\u017f":1}', 'no model choices'],
  ['fallbacks in letters that Go folds', '{"fallbac\u212as":1}', 'no model choices'],
  ['further models in escapes', '{"model\\u0073":1}', 'no model choices'],
  ['further models deeper', '{"a":{"models":[],"fallbacks":[]}}', 'no model'],
  ['128 levels', deep(128), 'no model'],
];

const refused: [name: string, text: string | Buffer, reason: string][] = [
  ['nothing at all', '', 'empty'],
  ['white space', ' \t\r\n', 'empty'],
  ['a list', '[{"model":"gpt"}]', 'not_an_object'],
  ['a text', ' "gpt"', 'not_an_object'],
  ['a number', '-5', 'not_an_object'],
  ['a word', 'null', 'not_an_object'],
  ['a mark of byte order', '\ufeff{}', 'not_json'],
  ['a NUL', '\0{}', 'not_json'],
  ['UTF-16', Buffer.from('{"model":"gpt"}', 'utf16le'), 'not_json'],
  ['a closing brace', '}', 'not_json'],
  ['an object without end', '{"model":"gpt"', 'not_json'],
  ['a text without end', '{"model":"gpt\\"}', 'not_json'],
  ['a bracket of another kind', '{"a":[}', 'not_json'],
  ['a second text', '{}{}', 'not_json'],
  ['a wrong number', '{"a":01}', 'not_json'],
  ['a wrong number deeper', '{"a":[-]}', 'not_json'],
  ['129 levels', deep(129), 'too_deep'],
  ['a mountain of lists', `{"a":${'['.repeat(1_000_000)}`, 'too_deep'],
  ['two models', '{"model":"a","model":"b"}', 'duplicate_model'],
  ['two models, one in escapes', '{"model":"a","\\u006dodel":"b"}', 'duplicate_model'],
  ['a model in another case', '{"Model":"a"}', 'model_in_other_case'],
  ['a model in another case, in escapes', '{"\\u004dodel":"a"}', 'model_in_other_case'],
  ['a key that servers in C take for the model', '{"model\\u0000":"a"}', 'model_in_other_case'],
  ['a prototype', '{"__proto__":{"model":"a"}}', 'model_in_other_case'],
  ['a model that is null', '{"model":null}', 'model_not_text'],
  ['a model that is a list', '{"model":["a"],"b":1}', 'model_not_text'],
  ['a model that is a number and then a text', '{"model":1,"model":"a"}', 'model_not_text'],
  ['an empty model', '{"model":""}', 'model_malformed'],
  ['a model of 257 bytes', `{"model":"${'a'.repeat(257)}"}`, 'model_malformed'],
  ['a model with a control character', '{"model":"a\\u0007"}', 'model_malformed'],
  ['a model with half a pair', '{"model":"\\ud83d"}', 'model_malformed'],
  ['a model with broken UTF-8', Buffer.from('{"model":"\xe9"}', 'latin1'), 'model_malformed'],
  ['a key with broken UTF-8', Buffer.from('{"\xe9":1}', 'latin1'), 'not_json'],
  ['a key with an unknown escape', '{"\\q":1}', 'not_json'],
];

describe.each(nginxReleases)('the model of a JSON text on nginx %s', (release) => {
  let gateway: ModelGateway;

  beforeAll(async () => {
    gateway = await startModelGateway(release);
  });
  afterAll(() => gateway?.stop());

  test.each(accepted)('%s', async (_, text, want) => {
    expect(await gateway.call('scan', [text])).toEqual([want]);
  });

  test.each(refused)('refused: %s', async (_, text, reason) => {
    expect(await gateway.call('scan', [text])).toEqual([reason]);
  });

  test('is found in whatever JSON.stringify writes', async () => {
    const value = fc.json({ maxDepth: 5, stringUnit: 'grapheme' }).map((text): unknown => JSON.parse(text));
    const given = fc.array(fc.tuple(value, value, fc.stringMatching(/^[ -~]{1,30}$/), fc.boolean()), {
      minLength: 30,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(given, async (cases) => {
        const texts = cases.map(([before, after, model, isPretty]) =>
          JSON.stringify({ before, model, after }, null, isPretty ? 2 : 0),
        );
        expect(await gateway.call('scan', texts)).toEqual(cases.map(([, , model]) => found(model)));
      }),
      { numRuns: 20 },
    );
  });

  test('is found exactly where the grammar allows it', async () => {
    const name = fc.constantFrom('model', 'model', 'Model', 'mode', 'a', 'stream', 'models');
    const value = fc.oneof(fc.json({ maxDepth: 2 }), fc.constantFrom('"gpt"', '"b"', 'true', '[{"model":"x"}]'));
    const members = fc.array(fc.tuple(name, value), { maxLength: 4 });
    const edit = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom('', ...'[]{}",:\\/0123456789.eE+-tfn \n\t\0\x7f\'é'));
    const given = fc.array(fc.tuple(members, fc.array(edit, { maxLength: 2 })), { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(given, async (cases) => {
        const texts = cases.map(([pairs, edits]) => {
          return edits.reduce(change, `{${pairs.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`);
        });
        const answers = await gateway.call('scan', texts);
        texts.forEach((text, index) => {
          const answer = answers[index]?.replace(/(?: stream)?(?: choices)?$/, '') ?? '';
          expect([text, /^\w+$/.test(answer) ? 'refused' : answer]).toEqual([text, expected(text)]);
        });
      }),
      { numRuns: 30 },
    );
  });
});

function change(text: string, [seed, length, replacement]: [number, number, string]): string {
  const at = seed % (text.length + 1);
  return text.slice(0, at) + replacement + text.slice(at + length);
}

/** What the reader of the tests makes of a text. */
function expected(text: string): string {
  const members = readMembers(text, { strings: true }) ?? [{ name: 'Model', nameSource: '"Model"' } as Member];
  const isPlain = members.every(({ name, nameSource }) => {
    const isDisguised = name !== 'model' && name.toLowerCase() === 'model';
    return !isDisguised && isStrict(nameSource);
  });
  const models = members.filter(({ name }) => name === 'model');
  if (!isPlain || models.length > 1) return 'refused';
  const [model] = models;
  if (model === undefined) return 'no model';
  const source = text.slice(model.start, model.stop);
  const isName = 'text' in model.value && isStrict(source) && /^[^\0-\x1f\x7f-\x9f]+$/.test(model.value.text);
  return isName && 'text' in model.value ? found(model.value.text, source) : 'refused';
}

/** Whether a text of JSON is one for all readers. */
function isStrict(source: string): boolean {
  try {
    return !/[\ud800-\udfff]/u.test(JSON.parse(source) as string);
  } catch {
    return false;
  }
}
