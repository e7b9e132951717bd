import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type DiagnosticCode, diagnosticCodes } from '../../src/diagnostics/codes.ts';
import { sarifRule } from '../../src/report/sarif-rule.ts';

const codes = Object.keys(diagnosticCodes) as DiagnosticCode[];
const docs = 'https://unpkg.com/openclaw-proxy@1.2.3/docs';

test('a code comes with its title, its cause, its cure, and where more of it stands', () => {
  expect(sarifRule('OC3006', '1.2.3')).toEqual({
    id: 'OC3006',
    shortDescription: { text: 'route does not say who may call' },
    fullDescription: { text: expect.stringMatching(/^A route does not say who may call it\. .*\.$/) },
    help: {
      text: expect.stringMatching(/\n\nWrite `auth:` .* See authentication\.md\.$/),
      markdown: expect.stringContaining(`See [authentication.md](${docs}/authentication.md).`),
    },
    helpUri: `${docs}/errors.md#oc3006`,
  });
});

test.each(codes)('%s links to pages that are there', (code) => {
  const { help, fullDescription } = sarifRule(code, '1.2.3');
  expect(`${help.text}${fullDescription.text}`).not.toMatch(/\]\(/);
  for (const [, url = ''] of help.markdown.matchAll(/\]\(([^)]*)\)/g)) {
    expect(url.startsWith(`${docs}/`)).toBe(true);
    expect(existsSync(fileURLToPath(new URL(`../../docs/${url.slice(docs.length + 1)}`, import.meta.url)))).toBe(true);
  }
});

test('every code has a cause and a cure of its own, in full sentences', () => {
  const causes = codes.map((code) => sarifRule(code, '1.2.3').fullDescription.text);
  expect(new Set(causes).size).toBe(codes.length);
  for (const code of codes) expect(sarifRule(code, '1.2.3').help.text).toMatch(/^[A-Z`].*[.]\n\n[A-Z`].*\.$/s);
});
