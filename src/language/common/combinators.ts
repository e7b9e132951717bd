import { z } from 'zod';

/** What a failed scalar tells `issue-to-diagnostics.ts`, which alone decides how values may be printed. */
export interface ScalarProblem {
  readonly expected: string;
  readonly help: string;
}

/** The same for a value that is no text; `isFineInQuotes` when quotes are all that it lacks. */
export interface ScalarTypeProblem extends ScalarProblem {
  readonly isFineInQuotes: boolean;
}

/** A scalar written as text: `parse` returns undefined when the text is not one. */
export function scalar<Value>(options: {
  /** As in "invalid duration `5x`". */
  readonly what: string;
  readonly help: string;
  /** Anchored pattern for editors; `parse` may be stricter. */
  readonly pattern: string;
  readonly examples: readonly string[];
  /** Whether it may span lines. */
  readonly hasLines?: true;
  /** In characters, for values that nginx never reads as one parameter. */
  readonly longest?: number;
  readonly parse: (text: string) => Value | undefined;
}) {
  if (!options.pattern.startsWith('^') || !options.pattern.endsWith('$'))
    throw new Error(`${options.what}: pattern is not anchored`);
  const problem: ScalarProblem = { expected: options.what, help: options.help };
  const read = (text: string): Value | undefined =>
    text.length > (options.longest ?? longestScalar) ||
    isUnprintable(options.hasLines ? text.replace(/[\n\t]/g, '') : text)
      ? undefined
      : options.parse(text);
  return z
    .string({
      error: ({ input }) =>
        typePrefix +
        JSON.stringify({ ...problem, isFineInQuotes: typeof input !== 'object' && read(String(input)) !== undefined }),
    })
    .meta({ title: options.what, pattern: options.pattern, examples: [...options.examples] })
    .transform((text, context): Value => {
      const value = read(text);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message: 'invalid scalar', params: problem, input: text });
      return z.NEVER;
    });
}

const typePrefix = 'not text: ';

/** What `scalar` says about a value that is no text, read back from its message. */
export function typeProblem(message: string): ScalarTypeProblem | undefined {
  return message.startsWith(typePrefix)
    ? (JSON.parse(message.slice(typePrefix.length)) as ScalarTypeProblem)
    : undefined;
}

/** nginx reads a parameter into 4 kB, and quoting can double it. */
const longestScalar = 1800;

/** Control characters, and halves of surrogate pairs, which no file can hold. */
function isUnprintable(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text);
}

const knownKeysPrefix = 'known keys: ';

/** An object that refuses unknown keys, and says which ones it knows. */
export function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? knownKeysPrefix + Object.keys(shape).join(' ') : undefined),
  });
}

/** The keys that `object` knows, read back from its message. */
export function knownKeys(message: string): readonly string[] {
  return message.startsWith(knownKeysPrefix) ? message.slice(knownKeysPrefix.length).split(' ') : [];
}

/** One of something, or a list of it. */
export function oneOrMany<Item extends z.ZodType>(item: Item) {
  return z
    .union([item, z.array(item).min(1)])
    .transform(
      (value): readonly z.output<Item>[] => (Array.isArray(value) ? value : [value]) as readonly z.output<Item>[],
    );
}
