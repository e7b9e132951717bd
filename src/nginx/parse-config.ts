import { type Comment, type Statement, tokenize, type Word } from './tokenize.ts';

export interface Directive {
  readonly name: Word;
  readonly args: readonly Word[];
  /** What stands between the braces; null when the directive ends with `;`. */
  readonly block: readonly Directive[] | null;
}

/** Something that nginx would refuse, at a place in a configuration file. */
export interface ConfigProblem {
  readonly code: 'OC5001' | 'OC5002' | 'OC5003' | 'OC5004' | 'OC5005';
  readonly message: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

export interface ParsedConfig {
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  /** The first thing that nginx's parser stops at, as OC5004; empty when the file is well formed. */
  readonly problems: readonly ConfigProblem[];
}

/** Reads a configuration file into a tree; entries of `map`, `geo` and the like are directives of their own. */
export function parseConfig(options: { readonly file: string; readonly text: string }): ParsedConfig {
  const { statements, comments, problem } = tokenize(options.text);
  const directives: Directive[] = [];
  const outer: Directive[][] = [];
  let level = directives;

  const stop = (message: string, line: number): ParsedConfig => ({
    directives,
    comments,
    problems: [{ code: 'OC5004', message, file: options.file, line }],
  });

  for (const statement of statements) {
    const name = statement.words[0];
    if (name === undefined) {
      const parent = outer.pop();
      if (parent === undefined) return stop('unexpected `}`', statement.line);
      level = parent;
    } else if (statement.ending === ';') {
      level.push({ name, args: statement.words.slice(1), block: null });
    } else {
      if (isInlineLua(statement)) return stop('inline Lua blocks are not supported', name.line);
      const block: Directive[] = [];
      level.push({ name, args: statement.words.slice(1), block });
      outer.push(level);
      level = block;
    }
  }

  if (problem !== null) return stop(problem.message, problem.line);
  if (outer.length > 0) return stop('unexpected end of file, expecting `}`', lineCount(options.text));
  return { directives, comments, problems: [] };
}

/** lua-nginx-module reads these blocks with a lexer of its own; openclaw writes Lua into files instead. */
function isInlineLua(statement: Statement): boolean {
  return statement.words[0]?.text.endsWith('_by_lua_block') === true;
}

function lineCount(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
