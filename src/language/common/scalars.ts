import { z } from 'zod';
import { scalar } from './combinators.ts';

export const namePattern = /^[a-z][a-z0-9_-]{0,62}$/;

/** The name of a thing: also used for zones, files and named locations, so its alphabet is small. */
export const name = scalar({
  what: 'name',
  help: 'a name starts with a lower-case letter, followed by `a-z`, `0-9`, `_` or `-`, 63 characters at most',
  pattern: '^[a-z][a-z0-9_-]{0,62}$',
  examples: ['chat'],
  parse: (text) => (namePattern.test(text) ? text : undefined),
});

const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

const durationHelp =
  'a duration is a whole number with a unit, such as `500ms`, `30s`, `5m`, `1h`, `1d`, `1y`; ten years at most';

/** A time in milliseconds, written as nginx writes it (nginx.org/en/docs/syntax.html). */
export const duration = scalar({
  what: 'duration',
  help: durationHelp,
  pattern: '^[0-9]{1,9}(ms|s|m|h|d|w|y)$',
  examples: ['30s', '5m'],
  parse: parseDuration,
});

/** A duration where none at all would mean never, or without a pause. */
export const timeSpan = scalar({
  what: 'duration',
  help: `${durationHelp}; not 0`,
  pattern: '^[0-9]{1,9}(ms|s|m|h|d|w|y)$',
  examples: ['30s', '5m'],
  parse: (text) => parseDuration(text) || undefined,
});

function parseDuration(text: string): number | undefined {
  const match = /^([0-9]{1,9})(ms|s|m|h|d|w|y)$/.exec(text);
  const unit = durationUnits[match?.[2] ?? ''];
  if (match === null || unit === undefined) return undefined;
  const milliseconds = Number(match[1]) * unit;
  // nginx keeps times in a signed 32-bit number of milliseconds on some platforms, and ten years suffice.
  return milliseconds <= 315_360_000_000 ? milliseconds : undefined;
}

const sizeUnits: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1_048_576, g: 1_073_741_824 };

const sizeText = scalar({
  what: 'size',
  help: 'a size is a whole number of bytes, or one with `k`, `m` or `g`, such as `32m`',
  pattern: '^[0-9]{1,9}[kmgKMG]?$',
  examples: ['32m'],
  parse: (text) => {
    const match = /^([0-9]{1,9})([kmg]?)$/i.exec(text);
    if (match === null) return undefined;
    const bytes = Number(match[1]) * (sizeUnits[(match[2] ?? '').toLowerCase()] ?? 1);
    return Number.isSafeInteger(bytes) ? bytes : undefined;
  },
});

/** A size in bytes, written as nginx writes it; a bare number is bytes. */
export const size = z.union([z.number().int().min(0).max(Number.MAX_SAFE_INTEGER), sizeText]);

/** A header's name. Underscores are left out because nginx drops such headers from clients. */
export const headerName = scalar({
  what: 'header name',
  help: 'a header name has letters, digits and `-`; nginx drops client headers with `_`',
  pattern: '^[A-Za-z0-9-]{1,100}$',
  examples: ['X-LLM-Version'],
  parse: (text) => (/^[A-Za-z0-9-]{1,100}$/.test(text) ? text : undefined),
});

/** Text that goes into a header or is compared with one: anything printable. */
export const headerValue = scalar({
  what: 'header value',
  help: 'a header value is printable text without line breaks, 1800 characters at most',
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  examples: ['v2'],
  parse: (text) => text,
});

export const queryName = scalar({
  what: 'query argument name',
  help: 'a query argument name has letters, digits and `_ - . ~ [ ]`',
  pattern: '^[A-Za-z0-9_.~\\[\\]-]{1,100}$',
  examples: ['model'],
  parse: (text) => (/^[A-Za-z0-9_.~[\]-]{1,100}$/.test(text) ? text : undefined),
});

/** A file name on the machine that runs nginx. */
export const filePath = scalar({
  what: 'file path',
  help: 'a file path has letters, digits and `_ - . / + @`; it is absolute or relative to the output folder, without `..`',
  pattern: '^[A-Za-z0-9_./+@-]{1,500}$',
  examples: ['ssl/ai.yourcompany.com.crt'],
  parse: (text) => (/^[A-Za-z0-9_./+@-]{1,500}$/.test(text) && !text.split('/').includes('..') ? text : undefined),
});

/** A path of the API, normalised as nginx normalises requests before it matches them. */
function isUrlPath(text: string): boolean {
  if (!text.startsWith('/') || /\/\/|[?#%\\]|[^\x21-\x7e]/.test(text)) return false;
  return !text.split('/').some((segment) => segment === '.' || segment === '..');
}

const urlPathHelp = 'a path starts with `/` and has no `//`, `.`, `..`, `?`, `#`, `%`, `\\` or blanks';

export const urlPath = scalar({
  what: 'path',
  help: urlPathHelp,
  pattern: '^/[!-~]*$',
  examples: ['/v1/'],
  parse: (text) => (isUrlPath(text) ? text : undefined),
});

export interface RoutePath {
  readonly kind: 'exact' | 'prefix';
  readonly path: string;
}

/** `=/v1/models` for exactly that path, `/v1/` for everything that starts with it. */
export const routePath = scalar({
  what: 'route path',
  help: `${urlPathHelp}; \`=/path\` matches exactly`,
  pattern: '^=?/[!-~]*$',
  examples: ['=/v1/chat/completions', '/v1/'],
  parse: (text): RoutePath | undefined => {
    const path = text.startsWith('=') ? text.slice(1) : text;
    return isUrlPath(path) ? { kind: text.startsWith('=') ? 'exact' : 'prefix', path } : undefined;
  },
});

export interface CredentialReference {
  readonly source: 'env' | 'file' | 'vault';
  /** The variable, the file, or the secret and its field in Vault: `secret/data/openai#api_key`. */
  readonly name: string;
}

const referencePatterns = [
  ['env', /^env:([A-Za-z_][A-Za-z0-9_]{0,199})$/],
  ['file', /^file:(\/[A-Za-z0-9_./+@-]{1,400})$/],
  ['vault', /^vault:([A-Za-z0-9_][A-Za-z0-9_./-]{0,300}#[A-Za-z0-9_][A-Za-z0-9_-]{0,99})$/],
] as const;

/** Where the gateway finds a secret; the secret itself never enters the spec or the output. */
export const credentialReference = scalar({
  what: 'credential reference',
  help: 'a credential is a reference that the gateway resolves when it runs: `env:OPENAI_API_KEY`, `file:/run/secrets/openai` or `vault:secret/data/openai#api_key`',
  pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|file:/[A-Za-z0-9_./+@-]+|vault:[A-Za-z0-9_][A-Za-z0-9_./-]*#[A-Za-z0-9_-]+)$',
  examples: ['env:OPENAI_API_KEY', 'file:/run/secrets/openai'],
  parse: (text): CredentialReference | undefined => {
    if (text.split(/[/#]/).includes('..')) return undefined;
    for (const [source, pattern] of referencePatterns) {
      const name = pattern.exec(text)?.[1];
      if (name !== undefined) return { source, name };
    }
    return undefined;
  },
});

const passwordHashes =
  /^(?:\$2[aby]\$(?:0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}|\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\$[56]\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}|\$y\$[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43})$/;

/** A password as crypt(3) and nginx know it (nginx.org/en/docs/http/ngx_http_auth_basic_module.html); no weak kinds. */
export const passwordHash = scalar({
  what: 'password hash',
  help: 'a password hash starts with `$2y$` (bcrypt), `$6$` or `$5$` (SHA-crypt), `$y$` (yescrypt) or `$apr1$`; `htpasswd -nB name` makes one',
  pattern: '^\\$(2[aby]|apr1|5|6|y)\\$.{20,200}$',
  examples: ['$2y$05$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'],
  parse: (text) => (passwordHashes.test(text) ? text : undefined),
});

/** A public key in PEM form. */
export const pemText = scalar({
  what: 'public key',
  help: 'a public key is PEM text that starts with `-----BEGIN PUBLIC KEY-----`; write it after `|`, or use `{ file: … }`',
  pattern: '^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*$',
  examples: [
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----',
  ],
  hasLines: true,
  longest: 8192,
  parse: (text) =>
    /^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/.test(text) ? text.trim() : undefined,
});

/** A claim of a token; dots lead into objects. */
export const claimName = scalar({
  what: 'claim name',
  help: 'a claim name has letters, digits and `_ . : / -`, such as `sub` or `realm_access.roles`',
  pattern: '^[A-Za-z0-9_.:/-]{1,200}$',
  examples: ['scope'],
  parse: (text) => (/^[A-Za-z0-9_.:/-]{1,200}$/.test(text) ? text : undefined),
});

/** The subject of a certificate as nginx writes it: `$ssl_client_s_dn`, RFC 2253. */
export const subjectName = scalar({
  what: 'certificate subject',
  help: 'a subject is written as `openssl x509 -noout -subject -nameopt RFC2253` prints it, such as `CN=batch,O=Example`',
  pattern: '^[A-Za-z0-9.]{1,60}=.{1,500}$',
  examples: ['CN=batch,O=Example'],
  parse: (text) => (/^[A-Za-z0-9.]{1,60}=.{1,500}$/.test(text) ? text : undefined),
});

/** A container image, as compose files name it. */
export const imageReference = scalar({
  what: 'image reference',
  help: 'an image is a name with an optional registry, tag and digest, such as `vllm/vllm-openai:latest`',
  pattern: '^[A-Za-z0-9][A-Za-z0-9_./:@-]{0,254}$',
  examples: ['your-llm-api-image:latest'],
  parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9_./:@-]{0,254}$/.test(text) ? text : undefined),
});
