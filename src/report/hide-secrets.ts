import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { secretTexts } from '../diagnostics/secret-texts.ts';
import type { SourceFile } from '../diagnostics/source-file.ts';

/** The diagnostic without the values of its files that look like secrets, in whatever it says. */
export function hideSecrets(diagnostic: Diagnostic): Diagnostic {
  const { message, help, path, related, span } = diagnostic;
  const sources = new Set([span, ...related.map((place) => place.span)].flatMap((place) => place?.source ?? []));
  const secrets = [...sources].flatMap((source: SourceFile) => secretTexts(source));
  if (secrets.length === 0) return diagnostic;
  const hide = (text: string): string =>
    secrets.reduce((result, secret) => result.replaceAll(secret, '•'.repeat(8)), text);
  return {
    ...diagnostic,
    message: hide(message),
    ...(help !== undefined && { help: hide(help) }),
    ...(path !== undefined && { path: path.map((step) => (typeof step === 'string' ? hide(step) : step)) }),
    related: related.map((place) => ({ ...place, message: hide(place.message) })),
  };
}
