#!/usr/bin/env node
/**
 * Writes what the code knows best, after `npm run build`: docs/spec.md from the JSON Schema, docs/errors.md from the codes
 * and test/errors, the table of docs/diff.md from the effects, and docs/model-rights.md and the rules that the runtime goes
 * by from what is known of providers.
 *
 *     node docs/generate.js            write all
 *     node docs/generate.js --check    exit with 2 when one of them is not what would be written
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { diffPage } from './generators/diff-page.js';
import { errorsPage } from './generators/errors-page.js';
import { modelRightsPage } from './generators/model-rights-page.js';
import { specPage } from './generators/spec-page.js';
import { workRulesModule } from './generators/work-rules-module.js';

const root = new URL('../', import.meta.url);

function read(path) {
  return readFileSync(new URL(path, root), 'utf8');
}

const files = {
  'docs/spec.md': specPage(),
  'docs/errors.md': errorsPage(),
  'docs/diff.md': diffPage(read('docs/diff.md')),
  'docs/model-rights.md': modelRightsPage(),
  'templates/lua/openclaw/models/work_rules.lua': workRulesModule(),
};
const isCheck = process.argv.includes('--check');
for (const [path, text] of Object.entries(files)) {
  if (!isCheck) {
    writeFileSync(new URL(path, root), text);
  } else if (read(path) !== text) {
    console.error(`${path} is out of date: run \`npm run build && node docs/generate.js\``);
    process.exitCode = 2;
  }
}
