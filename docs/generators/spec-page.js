import { jsonSchema } from '../../dist/language/json-schema.js';
import { generatedNote } from './generated-note.js';

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

/** docs/spec.md: every key, its values and what it does, from the JSON Schema. */
export function specPage() {
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
