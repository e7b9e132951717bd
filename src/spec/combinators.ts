import { z } from 'zod';

/** What a failed scalar tells `parse-spec.ts`, which alone decides how values may be printed. */
export interface ScalarProblem {
  readonly expected: string;
  readonly help: string;
}

/** A scalar written as text: `parse` returns undefined when the text is not one. */
export function scalar<Value>(options: {
  /** As in "invalid duration `5x`". */
  readonly what: string;
  readonly help: string;
  /** Anchored pattern for editors; `parse` may be stricter. */
  readonly pattern: string;
  readonly examples: readonly string[];
  readonly parse: (text: string) => Value | undefined;
}) {
  if (!options.pattern.startsWith('^') || !options.pattern.endsWith('$'))
    throw new Error(`${options.what}: pattern is not anchored`);
  return z
    .string()
    .meta({ pattern: options.pattern, examples: [...options.examples] })
    .transform((text, context): Value => {
      const value = text.length > longestScalar || hasControl(text) ? undefined : options.parse(text);
      if (value !== undefined) return value;
      const problem: ScalarProblem = { expected: options.what, help: options.help };
      context.issues.push({ code: 'custom', message: 'invalid scalar', params: problem, input: text });
      return z.NEVER;
    });
}

/** nginx reads a parameter into 4 kB, and quoting can double it. */
const longestScalar = 1800;

export function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text);
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
