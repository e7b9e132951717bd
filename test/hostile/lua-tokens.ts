export interface LuaToken {
  readonly kind: 'comment' | 'string' | 'word' | 'symbol';
  /** The value of a string, the text of anything else. */
  readonly text: string;
}

const pattern =
  /(?<space>\s+)|(?<comment>--(?!\[=*\[)[^\n]*)|(?<string>"(?:[^"\\\n]|\\(?:\d{3}|[^\d]))*")|(?<word>[A-Za-z0-9_]+)|(?<symbol>\.\.|[{}()[\]=,.])/y;

/** Splits the Lua that openclaw writes: line comments, double-quoted strings with `\ddd`. Throws at anything else. */
export function luaTokens(source: string): readonly LuaToken[] {
  const tokens: LuaToken[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(source)?.groups;
    if (found === undefined) throw new SyntaxError(`unexpected Lua at ${at}: ${source.slice(at, at + 20)}`);
    if (found.comment !== undefined) tokens.push({ kind: 'comment', text: found.comment });
    if (found.string !== undefined) tokens.push({ kind: 'string', text: stringValue(found.string) });
    if (found.word !== undefined) tokens.push({ kind: 'word', text: found.word });
    if (found.symbol !== undefined) tokens.push({ kind: 'symbol', text: found.symbol });
  }
  return tokens;
}

function stringValue(written: string): string {
  const bytes: number[] = [];
  for (const [, decimal, plain = ''] of written.slice(1, -1).matchAll(/\\(\d{3})|([\s\S])/g)) {
    if (decimal !== undefined) bytes.push(Number(decimal));
    else bytes.push(...Buffer.from(plain));
  }
  return Buffer.from(bytes).toString('utf8');
}
