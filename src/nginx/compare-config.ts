import { type ConfigProblem, type Directive, parseConfig } from './parse-config.ts';
import type { Comment, Word } from './tokenize.ts';

/** A printed value in the skeleton: its index into `values` between two private-use characters. */
const placeholder = /\uE000(\d+)\uE001/g;
const placeholderStart = '\uE000';

interface Comparison {
  readonly values: readonly string[];
  readonly report: (line: number, message: string) => void;
}

/**
 * Proves that a rendered file holds what its template meant: the same directives and blocks, and every printed value
 * read back as itself. `meant` is the file with `\uE000<index>\uE001` for each printed value, `written` the file itself,
 * `values` what each value must read as once nginx has undone quotes and escapes. Differences are OC5005 and never show
 * a value; after a difference in structure the rest of the file is not compared.
 */
export function compareConfig(options: {
  readonly file: string;
  readonly meant: string;
  readonly written: string;
  readonly values: readonly string[];
}): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (line: number, message: string): void => {
    problems.push({ code: 'OC5005', message, file: options.file, line });
  };
  const meant = parseConfig({ file: options.file, text: options.meant });
  const written = parseConfig({ file: options.file, text: options.written });

  for (const problem of meant.problems) report(problem.line, `the template is malformed: ${problem.message}`);
  if (meant.problems.length > 0) return problems;
  for (const problem of written.problems) report(problem.line, `the text cannot be read back: ${problem.message}`);

  const comparison: Comparison = { values: options.values, report };
  compareComments(comparison, meant.comments, written.comments);
  if (written.problems.length === 0) compareBlocks(comparison, meant.directives, written.directives, 1);
  return problems;
}

function compareComments(comparison: Comparison, meant: readonly Comment[], written: readonly Comment[]): void {
  for (let index = 0; index < Math.max(meant.length, written.length); index += 1) {
    const expected = meant[index];
    const found = written[index];
    if (expected === undefined || found === undefined) {
      const line = (found ?? expected)?.line ?? 1;
      comparison.report(line, found === undefined ? 'a comment is missing' : 'a comment was not meant here');
      return;
    }
    const text = expected.text.includes(placeholderStart) ? fill(expected.text, comparison.values) : expected.text;
    if (text !== found.text) comparison.report(found.line, 'a comment differs from what was meant');
  }
}

/** True while the structure is the same, so that comparing further makes sense. `line` is where the block starts. */
function compareBlocks(
  comparison: Comparison,
  meant: readonly Directive[],
  written: readonly Directive[],
  line: number,
): boolean {
  for (let index = 0; index < meant.length || index < written.length; index += 1) {
    const expected = meant[index];
    const found = written[index];
    if (expected === undefined || found === undefined) {
      if (found !== undefined) comparison.report(found.name.line, 'a directive was not meant here');
      else comparison.report(written.at(-1)?.name.line ?? line, `${label(expected)} is missing`);
      return false;
    }
    if (!compareDirectives(comparison, expected, found)) return false;
  }
  return true;
}

function compareDirectives(comparison: Comparison, expected: Directive, found: Directive): boolean {
  const { line } = found.name;
  if (expected.args.length !== found.args.length) {
    const message = `${label(expected)} has ${found.args.length} parameters where ${expected.args.length} were meant`;
    comparison.report(line, message);
    return false;
  }
  compareWords(comparison, expected.name, found.name, () => `the name of ${label(expected)}`);
  for (const [index, word] of expected.args.entries()) {
    const other = found.args[index];
    if (other !== undefined) {
      compareWords(comparison, word, other, () => `parameter ${index + 1} of ${label(expected)}`);
    }
  }
  if (expected.block === null && found.block === null) return true;
  if (expected.block !== null && found.block !== null) {
    return compareBlocks(comparison, expected.block, found.block, line);
  }
  comparison.report(
    line,
    `${label(expected)} ${found.block === null ? 'lost its block' : 'has a block that was not meant'}`,
  );
  return false;
}

function compareWords(comparison: Comparison, expected: Word, found: Word, which: () => string): void {
  if (!expected.text.includes(placeholderStart)) {
    if (expected.text !== found.text) comparison.report(found.line, `${which()} differs from what was meant`);
    return;
  }
  const index = placeholderIndex(expected);
  if (index === null) {
    comparison.report(found.line, `a printed value must be a word of its own: ${which()} is more than that`);
  } else if (comparison.values[index] !== found.text) {
    comparison.report(found.line, `${which()} does not read back as the value that was printed`);
  }
}

/** The index of a bare word that is one placeholder and nothing else; null for anything longer or in quotes. */
function placeholderIndex(word: Word): number | null {
  const match = word.quoted ? null : /^\uE000(\d+)\uE001$/.exec(word.text);
  return match === null ? null : Number(match[1]);
}

function fill(text: string, values: readonly string[]): string {
  return text.replace(placeholder, (whole, index: string) => values[Number(index)] ?? whole);
}

/** The directive's name, unless it is a printed value. */
function label(directive: Directive | undefined): string {
  const name = directive?.name.text ?? '';
  return name === '' || name.includes(placeholderStart) ? 'an entry' : `\`${name}\``;
}
