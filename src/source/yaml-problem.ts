import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../diagnostics/source-file.ts';
import { problem } from './problem.ts';

interface Wording {
  readonly message: string;
  readonly help?: string;
}

/**
 * An error of the YAML library in our words and with a place that a person can see. Nothing of the source text is
 * repeated in it: that text may be a secret.
 */
export function yamlProblem(error: YAMLError, source: SourceFile, unclosed: readonly number[]): Diagnostic {
  const span = widen(source, ...error.pos);
  if (error.code === 'TAG_RESOLVE_FAILED' || error.code === 'BAD_COLLECTION_TYPE') {
    return problem('OC1012', span, `${nameOf('tag', span)} is not supported`, {
      help: 'write the value without it; a quoted value is always a string',
    });
  }
  if (error.code === 'BAD_DIRECTIVE') {
    return problem('OC1012', span, 'YAML directive is not supported', { help: 'remove the line that starts with `%`' });
  }
  const { message, help } = wordingOf(error.message);
  const opened = / must .*end with a |^Missing closing /.test(error.message)
    ? unclosed.findLast((start) => start < error.pos[0])
    : undefined;
  if (opened === undefined) return problem('OC1004', span, message, { help });
  const opening: Span = { source, start: opened, end: opened + 1 };
  const related = /quote/.test(error.message) ? [] : [{ message: 'expected it before this', span }];
  return problem('OC1004', opening, message, { help, related });
}

/** `tag \`!x\``, but only `tag` where a secret may be meant: `password: !x`. */
export function nameOf(kind: string, { source, start, end }: Span): string {
  if (source.secrets.some((range) => range.start < end && range.end > start)) return kind;
  const text = source.text.slice(start, end);
  return `${kind} \`${text.length > 40 ? `${text.slice(0, 39)}…` : text}\``;
}

/** One-character positions grow to the word that starts there; positions in white space go back to the last word. */
function widen(source: SourceFile, from: number, to: number): Span {
  const { text } = source;
  if (to - from > 1) return { source, start: from, end: to };
  let start = Math.min(from, text.length);
  while (text[start] === ' ') start += 1;
  if (start === text.length || /\s/.test(text[start] ?? '')) {
    while (start > 0 && /[\r\n]/.test(text[start] ?? '\n') && /\s/.test(text[start - 1] ?? '')) start -= 1;
    return { source, start, end: start + 1 };
  }
  if (text[start] === '\\') return { source, start, end: start + 2 };
  wordEnd.lastIndex = start + 1;
  const found = wordEnd.exec(text);
  return { source, start, end: /[[\]{},]/.test(text[start] ?? '') ? start + 1 : (found?.index ?? text.length) };
}

const wordEnd = /[\s[\]{},]|:(?=\s)|$/g;

function wordingOf(message: string): Wording {
  for (const [pattern, wording] of wordings) if (pattern.test(message)) return wording;
  const bare = message.replace(/(?<=\S): .*$/s, '').replace(/\.$/, '');
  return { message: bare.charAt(0).toLowerCase() + bare.slice(1) };
}

const quoteHelp = 'put the value in quotes';

const wordings: readonly (readonly [RegExp, Wording])[] = [
  [/^Tabs are not allowed/, { message: 'tab used as indentation', help: 'YAML is indented with spaces' }],
  [
    /^Nested mappings are not allowed in compact/,
    { message: 'a mapping starts in the middle of a line', help: `a value that holds \`: \` needs quotes` },
  ],
  [
    /^Implicit map keys need to be followed by map values/,
    { message: 'expected `:` after this', help: 'a mapping has one `key: value` on each line' },
  ],
  [
    /^Implicit keys need to be on a single line/,
    { message: 'expected `:` after this', help: 'check the indentation of this line and the next' },
  ],
  [
    /^All (?:mapping|sequence) items must start at the same column|^Sequence item without -/,
    { message: 'wrong indentation', help: 'entries of one mapping or list start in the same column' },
  ],
  [/^Missing closing "/, { message: 'double quote is never closed' }],
  [/^Missing closing '/, { message: 'single quote is never closed' }],
  [/^Flow sequence .*end with a \]/, { message: '`[` is never closed', help: 'end the list with `]`' }],
  [/^Flow map .*end with a \}/, { message: '`{` is never closed', help: 'end the mapping with `}`' }],
  [/^Missing , between flow/, { message: 'expected `,` between entries' }],
  [/^Missing space after :/, { message: 'expected a space after `:`' }],
  [/^Unexpected ,|^Unexpected empty item/, { message: 'entry is empty', help: 'remove the extra `,`' }],
  [/^Plain value cannot start with/, { message: 'value cannot start with this character', help: quoteHelp }],
  [
    /^Invalid escape sequence/,
    { message: 'unknown escape sequence', help: "single quotes take a `\\` as it is: `'\\d+'`" },
  ],
  [/^A block sequence may not be used as/, { message: 'a list cannot be a key' }],
  [/^The : indicator must be at most 1024/, { message: 'key is longer than 1024 characters' }],
  [
    /^Block collections are not allowed within flow/,
    { message: 'unexpected mapping or list inside `[ ]` or `{ }`', help: 'separate entries with `,`' },
  ],
  [/^Comments must be separated/, { message: 'expected a space before `#`', help: quoteHelp }],
  [/^Block scalar header includes extra/, { message: 'unexpected text after `|` or `>`' }],
  [/^(?:Anchor|Alias) ending in :/, { message: 'expected a space before `:`' }],
  [/^An alias node must not specify/, { message: 'an alias cannot have an anchor or a tag of its own' }],
  [/^Unexpected scalar|^Unexpected .* at node end/, { message: 'unexpected text after the value', help: quoteHelp }],
  [/^Unexpected (?:flow|block|double|single|alias)/, { message: 'unexpected text' }],
  [/^Block collection cannot start on same line/, { message: 'expected a line break after `---`' }],
];
