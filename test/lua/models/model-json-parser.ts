/** What a reader of JSON lets pass that RFC 8259 does not. */
export interface Leniency {
  /** Control characters, unknown escapes and lone surrogates in strings. */
  readonly strings?: boolean;
  /** To the end of the line after `//` or `#`, and those of C. */
  readonly comments?: boolean;
  readonly trailingCommas?: boolean;
  /** Single quotes, and names without any. */
  readonly quotes?: boolean;
  /** NaN, Infinity, hexadecimal numbers, leading zeros and a leading plus. */
  readonly numbers?: boolean;
  /** Whatever JavaScript takes for white space, and a byte order mark. */
  readonly space?: boolean;
  /** Anything after the first value. */
  readonly rest?: boolean;
}

export interface Member {
  readonly name: string;
  /** The name as it stands in the source, with its quotes. */
  readonly nameSource: string;
  /** The text of a string; anything else as its source. */
  readonly value: { readonly text: string } | { readonly source: string };
  /** Where the value stands in the source. */
  readonly start: number;
  readonly stop: number;
}

class Refusal extends Error {}

const words = /true|false|null/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const lenientNumber = /[+-]?(?:0[xX][\da-fA-F]+|NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
const strictSpace = /[ \t\n\r]*/y;
const lenientSpace = /[\s\0]*/y;
const comment = /\/\/[^\n\r]*|#[^\n\r]*|\/\*[\s\S]*?\*\//y;
const identifier = /[\p{L}\p{N}_$-]+/uy;
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The members of the object that a text is, in their order; undefined when it is refused or is no object. */
export function readMembers(source: string, leniency: Leniency = {}): Member[] | undefined {
  let at = 0;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const [found] = pattern.exec(source) ?? [];
    if (found !== undefined) at += found.length;
    return found;
  }

  function skip(): void {
    do take(leniency.space ? lenientSpace : strictSpace);
    while (leniency.comments && take(comment) !== undefined);
  }

  function expect(char: string): void {
    if (source[at] !== char) throw new Refusal();
    at += 1;
  }

  function readEscape(): string {
    const char = source[at] ?? '';
    at += 1;
    if ('"\\/'.includes(char) && char !== '') return char;
    if (char in escapes) return escapes[char] ?? '';
    const digits = source.slice(at, at + (char === 'x' ? 2 : 4));
    if (
      (char === 'u' && /^[\da-fA-F]{4}$/.test(digits)) ||
      (leniency.quotes && /^x[\da-fA-F]{2}$/.test(char + digits))
    ) {
      at += digits.length;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (!leniency.strings || char === '') throw new Refusal();
    return char === '\n' ? '' : char;
  }

  function readString(): string {
    const quote = source[at];
    at += 1;
    let text = '';
    while (source[at] !== quote) {
      const char = source[at];
      if (char === undefined || (char < ' ' && !leniency.strings)) throw new Refusal();
      at += 1;
      text += char === '\\' ? readEscape() : char;
    }
    at += 1;
    return text;
  }

  function isQuote(): boolean {
    return source[at] === '"' || (leniency.quotes === true && source[at] === "'");
  }

  function readElements(close: string, readElement: () => void): void {
    at += 1;
    skip();
    while (source[at] !== close) {
      readElement();
      skip();
      if (source[at] === close) break;
      expect(',');
      skip();
      if (source[at] === close && !leniency.trailingCommas) throw new Refusal();
    }
    at += 1;
  }

  function readObject(): Member[] {
    const members: Member[] = [];
    readElements('}', () => {
      const nameStart = at;
      const name = isQuote() ? readString() : leniency.quotes ? take(identifier) : undefined;
      if (name === undefined) throw new Refusal();
      const nameSource = source.slice(nameStart, at);
      skip();
      expect(':');
      skip();
      const start = at;
      const text = readValue();
      const value = text === undefined ? { source: source.slice(start, at) } : { text };
      members.push({ name, nameSource, value, start, stop: at });
    });
    return members;
  }

  function readValue(): string | undefined {
    if (isQuote()) return readString();
    if (source[at] === '{') readObject();
    else if (source[at] === '[')
      readElements(']', () => {
        readValue();
      });
    else if (!take(words) && !take(leniency.numbers ? lenientNumber : number)) throw new Refusal();
    return undefined;
  }

  try {
    skip();
    if (source[at] !== '{') return undefined;
    const members = readObject();
    skip();
    return at < source.length && !leniency.rest ? undefined : members;
  } catch (error) {
    // Servers refuse what is too deep for their stack, too.
    if (error instanceof Refusal || error instanceof RangeError) return undefined;
    throw error;
  }
}
