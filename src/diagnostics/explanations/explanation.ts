import type { DiagnosticCode } from '../codes.ts';

/** What a person wants to know about a code beyond its title; the messages themselves say where and what. */
export interface Explanation {
  /** What the code means, and why it is reported: Markdown, in full sentences. */
  readonly cause: string;
  /** What to do about it. */
  readonly cure: string;
}

/** The explanations of all codes of a stage, such as `OC1`; a code without one does not compile. */
export type StageExplanations<Stage extends string> = Readonly<
  Record<Extract<DiagnosticCode, `${Stage}${string}`>, Explanation>
>;
