import type { DiagnosticCode } from '../codes.ts';
import type { Explanation } from './explanation.ts';
import { meaningExplanations } from './meaning-explanations.ts';
import { nginxExplanations } from './nginx-explanations.ts';
import { shapeExplanations } from './shape-explanations.ts';
import { sourceExplanations } from './source-explanations.ts';
import { targetExplanations } from './target-explanations.ts';

const explanations: Readonly<Record<DiagnosticCode, Explanation>> = {
  ...sourceExplanations,
  ...shapeExplanations,
  ...meaningExplanations,
  ...targetExplanations,
  ...nginxExplanations,
};

/** What a code means, why it is reported, and what to do about it. */
export function explainCode(code: DiagnosticCode): Explanation {
  return explanations[code];
}
