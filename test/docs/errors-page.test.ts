import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { diagnosticCodes } from '../../src/diagnostics/codes.ts';

const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');

/** What stands under the heading of a code. */
function sectionOf(code: string): string {
  return page.match(new RegExp(`^### ${code}$(.*?)(?=^##|$(?![\\s\\S]))`, 'ms'))?.[1] ?? '';
}

test.each(Object.entries(diagnosticCodes))('%s has a heading to link to, its title, cause and cure', (code, title) => {
  expect(page).toContain(`| [${code}](#${code.toLowerCase()}) | ${title} |`);
  expect(sectionOf(code)).toContain(`**${title}** – `);
  expect(sectionOf(code)).toMatch(/\*Cure:\* .+\./);
});

test.each(Object.keys(diagnosticCodes).filter((code) => !code.startsWith('OC5')))(
  '%s has an example that shows it and nothing else',
  (code) => {
    const found = [...sectionOf(code).matchAll(/^(?:error|warning)\[(OC\d{4})\]: /gm)].map(([, other]) => other);
    expect(found).not.toEqual([]);
    expect(new Set(found)).toEqual(new Set([code]));
    expect(sectionOf(code)).toMatch(/^1 (?:error|warning)$|^\d errors$/m);
  },
);
