import { type DiagnosticCode, diagnosticCodes } from '../diagnostics/codes.ts';
import { explainCode } from '../diagnostics/explanations/explain-code.ts';
import { documentationUrl } from './documentation-url.ts';

/** A link to another page of the documentation, such as `[targets.md](targets.md)`. */
const link = /\[([^\]]*)\]\(([^)]*)\)/g;

/** What SARIF viewers show beside a finding: a code as a `reportingDescriptor` (SARIF 2.1.0, section 3.49). */
export function sarifRule(code: DiagnosticCode, toolVersion: string) {
  const { cause, cure } = explainCode(code);
  const plain = (text: string): string => text.replace(link, '$1');
  const markdown = (text: string): string =>
    text.replace(link, (_, label, page) => `[${label}](${documentationUrl(page, toolVersion)})`);
  return {
    id: code,
    shortDescription: { text: diagnosticCodes[code] },
    fullDescription: { text: plain(cause) },
    help: { text: `${plain(cause)}\n\n${plain(cure)}`, markdown: `${markdown(cause)}\n\n${markdown(cure)}` },
    helpUri: documentationUrl(`errors.md#${code.toLowerCase()}`, toolVersion),
  };
}
