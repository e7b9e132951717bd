import { effectsTable } from '../../dist/diff/effects-table.js';

const table = /(<!-- effects: [^\n]* -->\n)[\s\S]*(<!-- end -->)/;

/** docs/diff.md, which is written by hand but for the table of effects. */
export function diffPage(page) {
  if (!table.test(page)) throw new Error('docs/diff.md has lost the marks around its table of effects');
  return page.replace(table, (_, start, end) => `${start}\n${effectsTable()}\n${end}`);
}
