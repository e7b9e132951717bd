import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { comment, hclString, luaString, text, yamlString } from '../../src/nginx/token.ts';
import { createTemplateEngine, type TemplateLanguage } from '../../src/render/template-engine.ts';

const place = mkdtempSync(join(tmpdir(), 'openclaw-templates-'));
afterAll(() => rmSync(place, { recursive: true }));

beforeEach(() => {
  rmSync(place, { recursive: true });
  mkdirSync(join(place, 'partials'), { recursive: true });
});

function render(template: string, view: object, language: TemplateLanguage = 'nginx'): string {
  writeFileSync(join(place, 'example.hbs'), template);
  const { text: skeleton, tokens } = createTemplateEngine(pathToFileURL(`${place}/`))('example', language, view);
  return skeleton.replace(/\uE000(\d+)\uE001/g, (_, index: string) => tokens[Number(index)]?.written ?? '');
}

test('prints tokens', () => {
  expect(render('return {{status}} {{body}};\n', { status: text('200'), body: text('a b') })).toBe(
    'return 200 "a b";\n',
  );
});

test('prints a list of tokens as words', () => {
  expect(render('listen {{words}};\n', { words: [text('80'), text('default_server')] })).toBe(
    'listen 80 default_server;\n',
  );
});

test.each(['{{x}}', '{{{x}}}', '{{&x}}'])('%s cannot print a string', (mustache) => {
  const message = 'example:1: only tokens can be printed, not string';
  expect(() => render(`return ${mustache};\n`, { x: 'evil' })).toThrow(message);
  expect(() => render(`return ${mustache};\n`, { x: [text('a'), 'evil'] })).toThrow(message);
  expect(() => render(`{{#each xs}}\nreturn ${mustache.replace('x', 'this')};\n{{/each}}\n`, { xs: ['evil'] })).toThrow(
    'only tokens',
  );
});

test.each<[string, unknown]>([
  ['a number', 5],
  ['an object', { written: 'evil', kind: 'nginx', reads: 'evil' }],
  ['null', null],
  ['true', true],
])('%s is no token', (_name, x) => {
  expect(() => render('return {{x}};\n', { x })).toThrow('only tokens can be printed');
});

test('a name that the view lacks is an error, in partials too', () => {
  expect(() => render('return {{y}};\n', { x: text('a') })).toThrow();
  writeFileSync(join(place, 'partials/part.hbs'), 'return {{y}};\n');
  expect(() => render('{{> part}}\n', { x: text('a') })).toThrow();
});

test.each<[TemplateLanguage, ReturnType<typeof text>]>([
  ['nginx', luaString('a')],
  ['nginx', yamlString('a')],
  ['lua', text('a')],
  ['lua', yamlString('a')],
  ['yaml', text('a')],
  ['yaml', luaString('a')],
  ['dockerfile', text('a')],
  ['hcl', yamlString('a')],
  ['lua', hclString('a')],
])('a template for %s takes no token for another language', (language, x) => {
  expect(() => render('{{x}}\n', { x }, language)).toThrow(
    `example:1: a token for ${x.kind} in a ${language} template`,
  );
});

test.each<TemplateLanguage>(['nginx', 'lua', 'yaml', 'dockerfile', 'hcl'])(
  'a template for %s takes comments',
  (language) => {
    expect(render('# {{x}}\n', { x: comment('a') }, language)).toBe('# a\n');
  },
);

test('templates call no helpers', () => {
  expect(() => render('{{emit x}}\n', { x: text('a') })).toThrow('templates call no helpers');
  expect(() => render('{{lookup x "a"}}\n', { x: { a: text('a') } })).toThrow('templates call no helpers');
});

test('values cannot make placeholders', () => {
  const forged = '\uE0001\uE001';
  expect(render('a {{x}} {{y}};\n', { x: text(forged), y: text('y') })).toBe(`a "${forged}" y;\n`);
});

test('what a value says is not read as a template', () => {
  expect(render('a {{x}};\n', { x: text('{{y}}') })).toBe('a "{{y}}";\n');
});

test('blank lines are tidy and the last line ends', () => {
  writeFileSync(join(place, 'partials/part.hbs'), 'a;\n\nb;\n');
  expect(render('\nx {\n    {{> part}}\n}\n\n\n\ny;', {})).toBe('x {\n    a;\n\n    b;\n}\n\ny;\n');
});

test.each(['if', 'unless', 'each', 'with'])('{{#%s}} over a field that is not there is an error', (block) => {
  const template = `{{#if there}}\n{{#${block} there.verfy}}\na;\n{{/${block}}}\n{{/if}}\n`;
  expect(() => render(template, { there: { verify: true } })).toThrow(
    'example:2: what a block asks for is not in the view',
  );
});

test('a block over null is as if it were not there', () => {
  expect(render('a;\n{{#with tls}}\nb;\n{{/with}}\n{{#each tls}}\nc;\n{{/each}}\n', { tls: null })).toBe('a;\n');
});

test.each([
  '{{#tls}}a;{{/tls}}',
  '{{#if true}}a;{{/if}}',
  '{{#each xs as |x|}}{{x}}{{/each}}{{#lookup xs 1}}{{/lookup}}',
])('%s is no block that templates may have', (template) => {
  expect(() => render(template, { tls: {}, xs: [] })).toThrow(/example:1: a block is an if, unless, each or with/);
});
