#!/usr/bin/env node
/**
 * Writes src/nginx/directives-data.ts from a table of nginx's command arrays:
 *
 *     node scripts/generate-directives.js <table.tsv>
 *
 * One row a directive and module, tab-separated: directive, module, first release, last release, contexts, parameters,
 * changes. The table comes from the `ngx_command_t` arrays of every tag from release-1.18.0 to release-1.31.4.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const [tablePath] = process.argv.slice(2);
if (tablePath === undefined) throw new Error('usage: generate-directives.js <table.tsv>');

/** Other systems' event modules, and modules that Debian and nginx.org ship apart and openclaw never loads. */
const leftOut =
  /^ngx_(stream|mail|iocp|devpoll|kqueue|eventport|google_perftools|http_(degradation|image_filter|xslt_filter|perl|geoip))/;

const modules = {
  ngx_http_v2_module: 'http_v2',
  ngx_http_v3_module: 'http_v3',
  ngx_event_quic_bpf: 'http_v3',
};

/** An enum (`on | off | leaf`) that carries NGX_CONF_FLAG, so its value is not just `on` or `off`. */
const notFlags = new Set(['ssl_ocsp']);

/** Parameters of older releases, where the table's `changes` column says that they changed but not from what. */
const earlier = { keepalive: { args: '1', until: '1.29.6', since: '1.29.7' } };

const rows = readFileSync(tablePath, 'utf8').trimEnd().split('\n').slice(1);
const lines = rows.flatMap((row) => {
  const [name, module, first, last, contexts, args] = row.split('\t');
  // Names without a context are variables and header fields that look like directives in the source.
  if (contexts === '' || leftOut.test(module)) return [];
  const columns = [
    name,
    contexts === 'NGX_ANY_CONF' ? 'any' : contexts,
    notFlags.has(name) ? '1' : args.replace(/(^|,)(\d),(\d-)?(\d)$/, '$1$2-$4'),
  ];
  if (!first.startsWith('<=')) columns.push(`since=${first}`);
  if (last !== 'current') columns.push(`until=${last}`);
  if (module in modules) columns.push(`module=${modules[module]}`);
  const old = name in earlier ? earlier[name] : undefined;
  if (old === undefined) return [columns.join(' ')];
  return [
    [columns[0], columns[1], old.args, `until=${old.until}`].join(' '),
    [...columns, `since=${old.since}`].join(' '),
  ];
});

const output = new URL('../src/nginx/directives-data.ts', import.meta.url);
writeFileSync(
  output,
  `/**
 * nginx's directives, one a line: name, contexts, parameters, then \`since=\` and \`until=\` (first and last release that has
 * it, where not all from 1.18.0 on do) and \`module=\` (where a build may lack it). Written by scripts/generate-directives.js
 * from the command tables of nginx 1.18.0 to 1.31.4; do not edit. What distributions backport is not in it, such as
 * \`max_headers\` in Debian's 1.22.1 and 1.26.3.
 */
export const directivesData = \`
${lines.join('\n')}
\`;
`,
);
