import type { PlainValue } from '../../source/value-node.ts';
import type { Risk, TakesEffect } from './change.ts';
import type { PublicModel } from './public-model.ts';

/** What a change of one field means. `about` and `risks` are the row of docs/diff.md. */
export interface Rule<Value, Subject> {
  /** The field in the spec's words. */
  readonly label: string;
  readonly about: string;
  /** Every risk that `judge` can return. */
  readonly risks: readonly Risk[];
  readonly takesEffect: TakesEffect | ((before: Value, after: Value, context: Context<Subject>) => TakesEffect);
  /** How the table says that, when it depends on more than the field; `reload or restart` if not given. */
  readonly ways?: string;
  readonly show?: (value: NonNullable<Value>) => string;
  /** What programs get, where the value itself must not be shown. */
  readonly plain?: (value: NonNullable<Value>) => PlainValue;
  readonly judge: (before: Value, after: Value, context: Context<Subject>) => Verdict;
}

export interface Verdict {
  readonly risk: Risk;
  readonly effect: string;
}

/** The object that a field belongs to, on both sides, and the gateways around it. */
export interface Context<Subject> {
  /** Such as ``upstream `openai` ``. */
  readonly title: string;
  readonly before: Subject;
  readonly after: Subject;
  readonly gateways: { readonly before: PublicModel; readonly after: PublicModel };
}

/** Dotted paths to all fields of an object; an object that can be null is a field besides those in it. */
type FieldPath<T> = {
  [Key in keyof T & string]: IsWhole<T[Key]> extends true
    ? Key
    : (null extends T[Key] ? Key : never) | `${Key}.${FieldPath<NonNullable<T[Key]>>}`;
}[keyof T & string];

/** Lists, unions, references, URLs, rates and rules for addresses are compared as one value. */
type IsWhole<T> =
  NonNullable<T> extends
    | readonly unknown[]
    | { kind: unknown }
    | { source: unknown }
    | { scheme: unknown }
    | { allow: unknown; deny: unknown }
    | { requests: unknown; per: unknown }
    ? true
    : NonNullable<T> extends object
      ? false
      : true;

type ValueAt<T, Path extends string> = Path extends keyof T
  ? T[Path]
  : Path extends `${infer Head}.${infer Rest}`
    ? Head extends keyof T
      ? ValueAt<NonNullable<T[Head]>, Rest>
      : never
    : never;

/** A rule for every field of an object; a field without one does not compile. */
export type FieldRules<T, Except extends string = never, Subject = T> = {
  readonly [Path in Exclude<FieldPath<T>, Except>]: Rule<ValueAt<T, Path>, Subject>;
};

/** The part of these rules that is about one field, its own fields included: for a file of its own. */
export type FieldRulesOf<T, Field extends string, Subject = T> = {
  readonly [Path in Extract<FieldPath<T>, Field | `${Field}.${string}`>]: Rule<ValueAt<T, Path>, Subject>;
};

/** Any rule: what it takes is known only where it is written, so it is called with `never`. */
export type AnyRule = Rule<never, never>;

/** A list whose items are known by a name: what it means when one comes, goes, or changes. */
export interface ListRules<Item, Subject> {
  readonly identify: (item: Item) => string;
  readonly label: (item: Item) => string;
  /** For an item that comes or goes, and one that changes when there are no rules for its fields. */
  readonly item: Rule<Item | null, Subject>;
  readonly fields?: Readonly<Record<string, Rule<never, Subject>>>;
  /** What the order of the items decides. */
  readonly order: Verdict;
}

export type AnyListRules = ListRules<never, never>;

export interface ObjectRules {
  readonly fields: Readonly<Record<string, AnyRule>>;
  /** By dotted path, as fields are. */
  readonly lists: Readonly<Record<string, AnyListRules>>;
  /** Fields that say which object it is. */
  readonly identity: readonly string[];
}
