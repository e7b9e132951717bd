import type { RoutePath } from '../../language/common/scalars.ts';
import { escapeRegex, longestToken } from '../../nginx/token.ts';

/** In `$uri`, which nginx has decoded once, what is left of these are further encodings. */
const dot = '(?:\\.|%(?:25)*2e)';
const slash = '(?:/|%(?:25)*2f)';
const separator = '(?:[/\\\\]|%(?:25)*(?:2f|5c))';

/**
 * Paths that some server takes for others: with a backslash for a slash (Windows), with dots that have parameters (`..;x`,
 * Tomcat) or are encoded once more, and with bytes that no UTF-8 has and old decoders take for dots and slashes.
 */
export const crookedPath = `(?i)\\\\|[\\xc0\\xc1]|\\xe0[\\x80-\\x9f]|${separator}${dot}{1,2}(?:;|%(?:25)*(?:3b|00)|${separator}|\\z)`;

/** Letters, digits and dots that are still encoded: whoever decodes again reads another name. */
export const encodedTwice = '(?i)%(?:25)*(?:[46][1-9a-f]|[57][0-9a]|3[0-9]|2e)';

/** What servers cut off from a segment: blanks and dots (Windows) and parameters (RFC 3986, 3.3; Tomcat). */
const segmentEnd = '[. ]*+(?:;[^/]*+)?';

/** Segments that have nothing but parameters are none. */
const between = `(?:${slash}(?:;[^/]*+)?)+`;

/** Paths that some server takes for one below a prefix though nginx does not, in as few expressions as may be. */
export function pathsAlike(prefix: string, below: readonly RoutePath[]): readonly string[] {
  const front = segmentsAlike(prefix.split('/').slice(1, -1));
  const length = prefix.lastIndexOf('/') + 1;
  const joined: string[] = [];
  for (const pattern of below.map((path) => restAlike({ ...path, path: path.path.slice(length) }))) {
    const last = joined.at(-1);
    if (last !== undefined && last.length + pattern.length < longestToken / 2)
      joined[joined.length - 1] = `${last}|${pattern}`;
    else joined.push(pattern);
  }
  return joined.map((patterns) => `(?i)\\A${between}${front}(?:${patterns})`);
}

function restAlike({ kind, path }: RoutePath): string {
  const segments = path.split('/');
  const last = segments.pop() ?? '';
  const end = kind === 'exact' ? `${segmentEnd}\\z` : '';
  return `${segmentsAlike(segments)}${escapeRegex(last)}${end}`;
}

function segmentsAlike(segments: readonly string[]): string {
  return segments.map((segment) => `${escapeRegex(segment)}${segmentEnd}${between}`).join('');
}
