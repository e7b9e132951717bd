/** One word of a configuration file as nginx reads it. */
export interface Word {
  /** The decoded text: without its quotes, escapes replaced. */
  readonly text: string;
  /** Offsets into the file, quotes included. */
  readonly start: number;
  readonly end: number;
  /** 1-based line on which the word starts. */
  readonly line: number;
  readonly quoted: boolean;
}

/** The words up to a `;` or `{`; a `}` stands alone, without words. `line` is where the ending stands. */
export interface Statement {
  readonly words: readonly Word[];
  readonly ending: ';' | '{' | '}';
  readonly line: number;
}

/** A comment without its `#` and its line feed. */
export interface Comment {
  readonly text: string;
  readonly line: number;
}

export interface Tokens {
  readonly statements: readonly Statement[];
  readonly comments: readonly Comment[];
  /** What nginx would stop at; everything before it was read. */
  readonly problem: { readonly message: string; readonly line: number } | null;
}

/** nginx reads files through a buffer of this many bytes, and a word must fit: NGX_CONF_BUFFER in src/core/ngx_conf_file.c. */
const bufferBytes = 4096;

const endOfFile = 'unexpected end of file, expecting `;` or `}`';

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const doubleQuote = 0x22;
const hash = 0x23;
const dollar = 0x24;
const singleQuote = 0x27;
const closingParenthesis = 0x29;
const semicolon = 0x3b;
const backslash = 0x5c;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

/** Splits a configuration file into statements, exactly as ngx_conf_read_token() of nginx 1.18 to 1.31 does. */
export function tokenize(text: string): Tokens {
  const statements: Statement[] = [];
  const comments: Comment[] = [];
  let words: Word[] = [];
  let line = 1;
  let at = 0;

  const stop = (message: string, where: number): Tokens => ({
    statements,
    comments,
    problem: { message, line: where },
  });

  while (at < text.length) {
    const code = text.charCodeAt(at);

    if (isSpace(code)) {
      if (code === lineFeed) line += 1;
      at += 1;
    } else if (code === semicolon || code === openingBrace) {
      const ending = code === semicolon ? ';' : '{';
      if (words.length === 0) return stop(`unexpected \`${ending}\``, line);
      statements.push({ words, ending, line });
      words = [];
      at += 1;
    } else if (code === closingBrace) {
      if (words.length > 0) return stop('unexpected `}`', line);
      statements.push({ words: [], ending: '}', line });
      at += 1;
    } else if (code === hash) {
      const found = text.indexOf('\n', at);
      const end = found === -1 ? text.length : found;
      if (overflows(text, at, end)) return stop(tooLong(text, at), line);
      comments.push({ text: text.slice(at + 1, end), line });
      at = end;
    } else {
      const quoted = code === doubleQuote || code === singleQuote;
      const start = at;
      const from = quoted ? at + 1 : at;
      const end = quoted ? findQuote(text, from, code) : findWordEnd(text, from);
      if (overflows(text, from, end)) return stop(quoted ? missingQuote(code) : tooLong(text, from), line);
      const raw = text.slice(from, end);
      const hasEscape = raw.includes('\\');
      const startLine = line;
      if (quoted || hasEscape) line += lineFeeds(raw);
      if (end === text.length) return stop(endOfFile, line);
      at = quoted ? end + 1 : end;
      if (quoted && overflows(text, from, at)) return stop(tooLong(text, from), startLine);
      words.push({ text: hasEscape ? decode(raw) : raw, start, end: at, line: startLine, quoted });
      if (quoted && at < text.length && !mayFollowQuote(text.charCodeAt(at))) return stop(unexpectedAt(text, at), line);
    }
  }

  return words.length > 0 ? stop(endOfFile, line) : { statements, comments, problem: null };
}

function missingQuote(code: number): string {
  return `too long parameter, probably missing terminating \`${String.fromCharCode(code)}\` character`;
}

function tooLong(text: string, start: number): string {
  return `too long parameter \`${text.slice(start, start + 10)}...\``;
}

function unexpectedAt(text: string, at: number): string {
  return `unexpected \`${String.fromCodePoint(text.codePointAt(at) ?? 0)}\``;
}

/** Where the closing quote stands, or the end of the text. */
function findQuote(text: string, from: number, quote: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    at += code === backslash ? 2 : 1;
  }
  return text.length;
}

/** Where the white space, `;` or `{` after a bare word stands; a `{` right after `$` belongs to the word. */
function findWordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 2;
    else if (isSpace(code) || code === semicolon || code === openingBrace) return at;
    else {
      at += 1;
      if (code === dollar) while (text.charCodeAt(at) === openingBrace) at += 1;
    }
  }
  return text.length;
}

function lineFeeds(raw: string): number {
  let count = 0;
  for (let at = raw.indexOf('\n'); at !== -1; at = raw.indexOf('\n', at + 1)) count += 1;
  return count;
}

function isSpace(code: number): boolean {
  return code === space || code === lineFeed || code === tab || code === carriageReturn;
}

function mayFollowQuote(code: number): boolean {
  return isSpace(code) || code === semicolon || code === openingBrace || code === closingParenthesis;
}

/** Whether nginx's buffer is full before it reads the character at `end`; the end of the file is not read. */
function overflows(text: string, start: number, end: number): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8, so short words need no counting.
  if ((end - start) * 3 < bufferBytes) return false;
  const bytes = end - start > bufferBytes ? end - start : Buffer.byteLength(text.slice(start, end));
  return end < text.length ? bytes >= bufferBytes : bytes > bufferBytes;
}

/** Undoes the escapes that nginx knows; any other backslash stays. */
function decode(raw: string): string {
  let decoded = '';
  let copied = 0;
  for (let at = raw.indexOf('\\'); at !== -1 && at + 1 < raw.length; at = raw.indexOf('\\', at)) {
    const replacement = escapes[raw.charAt(at + 1)];
    if (replacement === undefined) {
      at += 1;
    } else {
      decoded += raw.slice(copied, at) + replacement;
      at += 2;
      copied = at;
    }
  }
  return decoded + raw.slice(copied);
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  t: '\t',
  r: '\r',
  n: '\n',
};
