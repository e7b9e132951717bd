import type { ConfigProblem } from './parse-config.ts';
import { type Comment, type Statement, tokenize, type Word } from './tokenize.ts';

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
  const meant = tokenize(options.meant);
  const written = tokenize(options.written);

  if (meant.problem !== null) {
    report(meant.problem.line, `the template is malformed: ${meant.problem.message}`);
    return problems;
  }
  if (written.problem !== null) {
    report(written.problem.line, `the text cannot be read back: ${written.problem.message}`);
  }
  const comparison: Comparison = { values: options.values, report };
  compareComments(comparison, meant.comments, written.comments);
  // The same words and endings in the same order make the same tree, so there is no need to build it.
  if (written.problem === null) compareStatements(comparison, meant.statements, written.statements);
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

function compareStatements(comparison: Comparison, meant: readonly Statement[], written: readonly Statement[]): void {
  for (let index = 0; index < meant.length || index < written.length; index += 1) {
    const expected = meant[index];
    const found = written[index];
    const difference = findStructuralDifference(expected, found);
    if (difference !== null) {
      comparison.report(found?.words[0]?.line ?? found?.line ?? written.at(-1)?.line ?? 1, difference);
      return;
    }
    if (expected !== undefined && found !== undefined) compareAllWords(comparison, expected, found);
  }
}

function findStructuralDifference(expected: Statement | undefined, found: Statement | undefined): string | null {
  if (expected === undefined) return 'a directive was not meant here';
  if (found === undefined) return `${label(expected)} is missing`;
  if (expected.ending !== found.ending) {
    if (expected.ending === '}') return 'a directive was not meant here';
    if (found.ending === '}') return `${label(expected)} is missing`;
    return `${label(expected)} ${found.ending === ';' ? 'lost its block' : 'has a block that was not meant'}`;
  }
  if (expected.words.length === found.words.length) return null;
  return `${label(expected)} has ${found.words.length - 1} parameters where ${expected.words.length - 1} were meant`;
}

function compareAllWords(comparison: Comparison, expected: Statement, found: Statement): void {
  for (let index = 0; index < expected.words.length; index += 1) {
    const word = expected.words[index];
    const other = found.words[index];
    if (word === undefined || other === undefined) continue;
    const difference = findWordDifference(word, other, comparison.values);
    if (difference === null) continue;
    const which = index === 0 ? `the name of ${label(expected)}` : `parameter ${index} of ${label(expected)}`;
    comparison.report(
      other.line,
      difference.replace('%', () => which),
    );
  }
}

/** A message with `%` for the word, or null when the words are the same. */
function findWordDifference(expected: Word, found: Word, values: readonly string[]): string | null {
  if (!expected.text.includes(placeholderStart)) {
    return expected.text === found.text ? null : '% differs from what was meant';
  }
  const index = placeholderIndex(expected);
  if (index === null) return 'a printed value must be a word of its own: % is more than that';
  return values[index] === found.text ? null : '% does not read back as the value that was printed';
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
function label(statement: Statement): string {
  if (statement.ending === '}') return '`}`';
  const name = statement.words[0]?.text ?? '';
  return name === '' || name.includes(placeholderStart) ? 'an entry' : `\`${name}\``;
}
