#!/usr/bin/env node
/**
 * Writes docs/spec.md from the JSON Schema, docs/errors.md from the codes and test/errors, and docs/model-rights.md and the rules that the
 * runtime goes by from what is known of providers, after `npm run build`:
 *
 *     node docs/generate.js            write all
 *     node docs/generate.js --check    exit with 2 when one of them is not what would be written
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { jsonSchema } from '../dist/language/json-schema.js';
import { luaData } from '../dist/nginx/token.js';
import { providers } from '../dist/rights/providers.js';
import { workRules } from '../dist/rights/work-rules.js';
import { errorsPage } from './generators/errors-page.js';
import { generatedNote } from './generators/generated-note.js';

/** The schema knows scalars by their patterns; their first example tells which is which. */
const kinds = {
  '/v1/': 'path',
  '10.0.0.0/8': 'address range',
  '127.0.0.11': 'address',
  '127.0.0.1:8080': 'address with port',
  '30s': 'duration',
  '32m': 'size',
  '5%': 'percentage',
  'ai.yourcompany.com': 'host name',
  'application/json': 'media type',
  chat: 'name',
  'claude-sonnet-4': 'model name',
  'gpt-4o': 'model name',
  'gpt-4o*': 'model name',
  http: 'service name',
  model: 'argument name',
  session: 'cookie name',
  'ssl/ai.yourcompany.com.crt': 'file path',
  user: 'argument name',
  v2: 'text',
  'X-LLM-Version': 'header name',
};

/** Every branch of a schema: of a union its members, else the schema itself. */
function branchesOf(schema) {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(branchesOf);
}

/** What may be written for a value, in words. */
function valueText(schema) {
  const words = [...new Set(branchesOf(schema).map(branchText))];
  return words
    .map((word) => (words.includes(word.replace(/^list of /, '')) ? word.replace(/^list of .*/, 'a list') : word))
    .join(' or ');
}

function branchText(schema) {
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return `list of ${valueText(schema.items)}`;
  if (schema.type === 'object') return schema.properties === undefined ? recordText(schema) : 'mapping';
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'integer') return `${schema.minimum}–${schema.maximum}`;
  const [first, ...more] = schema.examples ?? [];
  return first === undefined
    ? 'text'
    : (kinds[first] ?? [first, ...more].map((example) => `\`${example}\``).join(', '));
}

function recordText({ additionalProperties: value }) {
  return branchesOf(value).some(({ type }) => type === 'object') ? 'mapping by name' : `names with ${valueText(value)}`;
}

/** The mappings below a schema that have keys of their own, with where they stand. */
function mappingsBelow(schema, path) {
  const branches = branchesOf(schema);
  const keys = Object.assign({}, ...branches.map((branch) => branch.properties ?? {}));
  const required = new Set(branches.length === 1 ? (branches[0].required ?? []) : commonRequired(branches));
  const own = Object.keys(keys).length === 0 ? [] : [{ path, keys, required, about: schema.description }];
  const deeper = [
    ...Object.entries(keys).flatMap(([key, value]) => mappingsBelow(value, path === '' ? key : `${path}.${key}`)),
    ...branches.flatMap(({ items }) => (items === undefined ? [] : mappingsBelow(items, `${path}[]`))),
    ...branches.flatMap(({ additionalProperties: inner }) =>
      typeof inner === 'object' ? mappingsBelow(inner, `${path}.<name>`) : [],
    ),
  ];
  // A list that is short for `{ servers: [...] }` leads to the same mapping as the long form.
  return [...own, ...deeper].filter(
    (mapping, index, all) => all.findIndex((other) => isSame(other, mapping)) === index,
  );
}

function isSame(one, other) {
  return one.path.replace('<name>[]', '<name>.servers[]') === other.path.replace('<name>[]', '<name>.servers[]');
}

function commonRequired(branches) {
  const lists = branches.filter(({ properties }) => properties !== undefined).map(({ required }) => required ?? []);
  return (lists[0] ?? []).filter((key) => lists.every((list) => list.includes(key)));
}

function specText() {
  const sections = mappingsBelow(jsonSchema(), '').map(({ path, keys, required, about }) => {
    const title = path === '' ? 'The whole file' : `\`${path.replace('<name>[]', '<name>.servers[]')}\``;
    const rows = Object.entries(keys).map(([key, schema]) => {
      const name = required.has(key) ? `**\`${key}\`**` : `\`${key}\``;
      return `| ${[name, valueText(schema), schema.description ?? ''].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    });
    const intro = about === undefined ? '' : `${about}\n\n`;
    return `## ${title}\n\n${intro}| Key | Value | What it does |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${generatedNote}

# Every key of openclaw.yaml

Keys in **bold** must be there; all others may be left out. Unknown keys are errors, except \`x-…\` at the top, which is
free for YAML anchors. The value column shows all choices, a kind
of value, or examples.

Durations are whole numbers with \`ms\`, \`s\`, \`m\`, \`h\`, \`d\`, \`w\` or \`y\`; sizes are bytes, or end in \`k\`, \`m\` or \`g\`. Where one
thing or a list is allowed, \`a\` is short for \`[a]\`.

\`\${env:NAME}\`, \`\${env:NAME:-default}\` and \`\${file:path}\` stand for a value that is read when the gateway is *built*. They may
be part of any text. Secrets do not belong there: \`credential: env:NAME\` (without \`\${…}\`) is read when the gateway *starts*.

${sections.join('\n')}`;
}

const verdicts = {
  checked: 'what it may use; else 403 `model_not_allowed`',
  passes: 'it passes',
  not_named: '**403** `model_not_named`',
  not_visible: '**403** `model_not_visible`',
};

function requestText({ method, path, isHandshake }) {
  return `\`${isHandshake ? 'Upgrade' : method} ${path.replaceAll('$model', '<model>')}\``;
}

function modelRightsText() {
  const sections = providers.map(({ name, sources, ways }) => {
    const rows = ways.map(({ way, request, named, verdict }) =>
      [way, requestText(request), named, verdicts[verdict]].map((cell) => cell.replaceAll('|', '\\|')).join(' | '),
    );
    return `## ${name}\n\nFrom ${sources}.\n\n| Work | Such as | Where the model is named | What the caller gets |\n|---|---|---|---|\n${rows.map((row) => `| ${row} |\n`).join('')}`;
  });
  return `${generatedNote}

# What callers with \`models\` may do

A client whose \`models\` are restricted may start work only when every model that the request can make work is named where the
gateway looks, and is one of its own. What cannot be seen is refused: 403 \`model_not_named\` when the request names no model, 403
\`model_not_visible\` when the model is named elsewhere. That holds on every route, whichever upstream it leads to; the tables
are by provider because that is how APIs are known. Each row is a test that runs on nginx 1.22, 1.26 and 1.30.

Where the gateway looks:

* \`model\` at the top of a JSON body, in a field of a multipart body, in the path or in the query argument \`model\`. When that
  model is allowed, the rest of the body is looked at as well:
* in a JSON body, every key that ends in \`model\`, \`models\`, \`model_id\`, \`model_name\`, \`deployment\`, \`deployment_id\`,
  \`deployment_name\`, \`adapter_id\` or \`lora_path\`, wherever it stands. What it names has to be allowed too. Left out is what is the caller's own:
  schemas and arguments of functions, \`metadata\`, \`headers\`, \`documents\`, and what tools were called with and answered. Models of the
  table are meant as clients write them; only the one at the top is renamed for an upstream.
* tools that let a model of their own work have to name it.
* a multipart body is refused when a field but \`model\` has such a name.

Requests that read or delete (\`GET\`, \`HEAD\`, \`OPTIONS\`, \`DELETE\`) pass when they name no model, have no body and do not claim
another method; so do uploads of files, and \`cancel\`. All other requests have to name a model. The path counts as the upstream
gets it, after \`strip_prefix\`, \`add_prefix\`, \`set_path\` and \`base_path\`: a model that they put there has to be allowed as well, unless
\`models\` or \`match: { model }\` have led there by the name.

**Websockets.** What follows the handshake is not looked at. A handshake passes when its path ends in \`/realtime\`, it names an
allowed model in \`?model=\`, and all upstreams of the route are of providers that keep to it; vLLM, for one, takes the model from
\`session.update\`, so it has to be declared as \`provider: vllm\`. The session's model is bound then. One thing is not: a realtime
session may have what the caller says transcribed by a model that its messages name (\`audio.input.transcription.model\`). Where
that matters, give such clients no route with \`websocket: true\`.

**What is not restricted** is whose things they are: who knows the id of somebody else's response or file can read it with the
same provider key. And a server that does work for a \`GET\` without a model does it for everyone.

${sections.join('\n')}`;
}

function workRulesText() {
  return `-- Written by \`node docs/generate.js\` from src/rights; change the source, not this file.
-- Where a request may make a model work that it does not name at its top.

return ${luaData(workRules()).written}
`;
}

const files = {
  'spec.md': specText(),
  'errors.md': errorsPage(),
  'model-rights.md': modelRightsText(),
  '../templates/lua/openclaw/models/work_rules.lua': workRulesText(),
};
const isCheck = process.argv.includes('--check');
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, import.meta.url);
  if (!isCheck) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`docs/${name} is out of date: run \`npm run build && node docs/generate.js\``);
    process.exitCode = 2;
  }
}
