import type { Range } from '../diagnostics/source-file.ts';

/** How a kind of credential starts; what follows belongs to it as long as it is made of the same characters. */
interface Shape {
  readonly start: RegExp;
  readonly rest: RegExp;
}

/**
 * Well-known shapes of credentials. All repetitions are bounded and a start is never inside of a run of name
 * characters: a hostile file of 8 MB must not make the search slow, or overflow the stack of the regular expression.
 */
const shapes: readonly Shape[] = [
  {
    // OpenAI, Anthropic and OpenRouter; Groq; Google; xAI; Hugging Face; Replicate; Perplexity; NVIDIA; GitHub; AWS;
    // Slack; JSON Web Tokens, whose header is base64url of `{"`.
    start:
      /(?<![\w-])(?=sk-[\w-]{8}|oc-[\w-]{43}(?![\w-])|gsk_\w{8}|AIza[\w-]{16}|xai-[\w-]{8}|hf_\w{16}|r8_\w{16}|pplx-\w{16}|nvapi-[\w-]{16}|gh[opsu]_\w{16}|github_pat_\w{16}|AKIA[A-Z0-9]{12}|xox[abprs]-[\w-]{8}|eyJ[\w-]{8})/g,
    rest: /[\w.-]{1,1000}/y,
  },
  // Hashes of passwords, as crypt(3) writes them: the weak ones are found within hours.
  { start: /(?<![\w$])(?=\$(?:2[abxy]|apr1|[156]|y)\$[\w./$=,]{8})/g, rest: /[\w./$=,]{1,1000}/y },
  { start: /(?<![\w-])[Bb]earer {1,8}(?=[\w.~+/=-]{8})/g, rest: /[\w.~+/=-]{1,1000}/y },
  {
    // user:password@ of a URL, unless the password is wholly a reference.
    start: /:\/\/[^\s/@:"']{0,200}:(?!\$\{(?:env:\w{1,200}|file:[^}\s]{1,1000})\}@)(?=[^\s/@"']{1,1000}@)/g,
    rest: /[^\s/@"']{1,1000}/y,
  },
];

/** Everything in a text that looks like a credential, wherever it stands; in no order. */
export function findSecretShapes(text: string): Range[] {
  return [...shapes.flatMap((shape) => findShape(text, shape)), ...findPrivateKeys(text)];
}

function findShape(text: string, { start, rest }: Shape): Range[] {
  const found: Range[] = [];
  start.lastIndex = 0;
  for (let match = start.exec(text); match; match = start.exec(text)) {
    const from = match.index + match[0].length;
    let end = from;
    do {
      rest.lastIndex = end;
      end += rest.exec(text)?.[0].length ?? 0;
    } while (rest.lastIndex > 0);
    found.push({ start: from, end });
    start.lastIndex = end;
  }
  return found;
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
    if (start < at) {
      at = Math.max(at, end);
      continue;
    }
    masked += `${text.slice(at, start)}${'•'.repeat(8)}`;
    at = end;
  }
  return masked + text.slice(at);
}
