import type { Range } from '../diagnostics/source-file.ts';

/**
 * Well-known shapes of credentials. Each alternative starts at the beginning of a run of name characters, so that the
 * search stays linear. The groups hold the part to hide where it is not the whole match.
 */
const shapes = new RegExp(
  [
    // OpenAI, Anthropic and OpenRouter; Groq; Google; xAI; Hugging Face; Replicate; Perplexity; NVIDIA; GitHub; AWS; Slack.
    '(?<![A-Za-z0-9_-])(?:sk-[A-Za-z0-9_-]{8,}|gsk_\\w{8,}|AIza[\\w-]{16,}|xai-[\\w-]{8,}|hf_\\w{16,}|r8_\\w{16,}' +
      '|pplx-\\w{16,}|nvapi-[\\w-]{16,}|gh[opsu]_\\w{16,}|github_pat_\\w{16,}|AKIA[A-Z0-9]{12,}|xox[abprs]-[\\w-]{8,}' +
      // JSON Web Tokens: the header is base64url of `{"`.
      '|eyJ[\\w-]{6,}\\.[\\w-]+(?:\\.[\\w-]*)?)',
    '(?<![A-Za-z0-9_-])[Bb]earer +(?<bearer>[A-Za-z0-9._~+/=-]{8,})',
    // user:password@ of a URL; a password that is wholly a reference is none.
    ':\\/\\/[^\\s/@:"\']*:(?!\\$\\{(?:env:\\w+|file:[^}\\s]+)\\}@)(?<password>[^\\s/@"\']+)@',
  ].join('|'),
  'dg',
);

/** Everything in a text that looks like a credential, wherever it stands; in order. */
export function findSecretShapes(text: string): Range[] {
  const found: Range[] = [];
  for (const match of text.matchAll(shapes)) {
    const groups = match.indices?.groups;
    const [start, end] = groups?.bearer ?? groups?.password ?? [match.index, match.index + match[0].length];
    found.push({ start, end });
  }
  return found.concat(findPrivateKeys(text));
}

const beginKey = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;

function findPrivateKeys(text: string): Range[] {
  const found: Range[] = [];
  let hidden = 0;
  for (const match of text.matchAll(beginKey)) {
    if (match.index < hidden) continue;
    const start = match.index + match[0].length;
    const end = text.indexOf('-----END', start);
    hidden = end === -1 ? text.length : end;
    found.push({ start, end: hidden });
  }
  return found;
}

/** The text with everything that looks like a credential replaced; for texts that quote what a person wrote. */
export function maskSecretShapes(text: string): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of findSecretShapes(text).sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    masked += `${text.slice(at, start)}${'•'.repeat(8)}`;
    at = end;
  }
  return masked + text.slice(at);
}
