import { escapeRegex } from '../nginx/token.ts';

/** In `$uri`, which nginx has decoded once, what is left of these are further encodings; IIS's and Tomcat's readings too. */
const dot = '(?:\\.|%(?:25)*2e)';
const slash = '(?:/|%(?:25)*2f)';
const separator = '(?:[/\\\\]|%(?:25)*(?:2f|5c))';

/**
 * Paths that some server takes for another one: a backslash for a slash, dots that have parameters (`..;x`, Tomcat) or
 * are encoded once more, and bytes that no UTF-8 has, which old decoders take for dots and slashes.
 */
export const crookedPath = `(?i)\\\\|[\\xc0\\xc1]|\\xe0[\\x80-\\x9f]|${separator}${dot}{1,2}(?:;|%(?:25)*(?:3b|00)|${separator}|\\z)`;

/** Letters and digits that are still encoded: whoever decodes again reads another name. */
export const encodedTwice = '(?i)%(?:25)*(?:[46][1-9a-f]|[57][0-9a]|3[0-9])';

/** What servers cut off from a segment: blanks and dots at its end (Windows), and parameters (RFC 3986, 3.3). */
const segmentEnd = '(?:[. ]|%(?:25)*(?:2e|20))*+(?:;[^/]*+)?';

/** Paths that some server takes for this one though nginx does not, to follow `(?i)\A`. */
export function pathAlike(path: { readonly kind: 'exact' | 'prefix'; readonly path: string }): string {
  const segments = path.path.slice(1).split('/');
  const last = segments.pop() ?? '';
  const front = segments.map((segment) => `${between}${escapeRegex(segment)}${segmentEnd}`).join('');
  const end = path.kind === 'exact' ? `${segmentEnd}\\z` : '';
  return `${front}${between}${escapeRegex(last)}${end}`;
}

/** Segments that have nothing but parameters are none. */
const between = `(?:${slash}(?:;[^/]*+)?)+`;
