/** Blocks and settings of a file, as the agent of Vault sees them; a block that comes again makes a list. */
export interface HclBody {
  readonly [name: string]: HclValue | readonly HclBody[];
}

type HclValue = string | boolean | HclBody;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
const token = /\s*(?:#[^\n]*\n\s*)*("(?:[^"\\\n]|\\.)*"|[a-z_]+|[={}]|$)/y;

/** What HCL 1 and HCL 2 agree on. Throws on everything that one of them reads in another way. */
export function readHcl(text: string): HclBody {
  token.lastIndex = 0;
  const words: string[] = [];
  while (token.lastIndex < text.length) {
    const found = token.exec(text)?.[1];
    if (found === undefined) throw new SyntaxError(`not HCL from word ${words.length}: ${words.slice(-3).join(' ')}`);
    words.push(found);
  }
  return readBody(words.values());
}

function readBody(words: Iterator<string>): HclBody {
  const body: Record<string, HclValue | HclBody[]> = {};
  for (let name = words.next().value; name !== undefined && name !== '' && name !== '}'; name = words.next().value) {
    const sign = words.next().value;
    if (sign === '=') {
      if (name in body) throw new SyntaxError(`${name} twice`);
      const value = words.next().value ?? '';
      body[name] =
        value === '{' ? readBody(words) : value === 'true' || value === 'false' ? value === 'true' : unquote(value);
      continue;
    }
    const label = sign === '{' ? undefined : unquote(sign ?? '');
    if (label !== undefined && words.next().value !== '{') throw new SyntaxError(`no block behind ${name}`);
    const key = label === undefined ? name : `${name} ${label}`;
    body[key] = [...((body[key] as HclBody[] | undefined) ?? []), readBody(words)];
  }
  return body;
}

function unquote(word: string): string {
  if (!/^".*"$/.test(word) || /[$%]\{|[^ -~]/.test(word)) throw new SyntaxError(`not a plain string: ${word}`);
  return word.slice(1, -1).replace(/\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g, (_, short, long, sign: string) => {
    if (sign === undefined) return String.fromCodePoint(Number.parseInt(short ?? long, 16));
    const plain = escapes[sign];
    if (plain === undefined) throw new SyntaxError(`no escape: ${sign}`);
    return plain;
  });
}
