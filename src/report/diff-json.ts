import type { GatewayDiff } from '../diff/common/change.ts';
import type { DriftedFile } from '../diff/find-drift.ts';
import { maskSecretShapes } from '../source/secret-shapes.ts';

export interface DiffReport extends GatewayDiff {
  /** What was compared with, as it was given. */
  readonly against: string;
  /** Files of that folder that were changed by hand. */
  readonly drift: readonly DriftedFile[];
  /** Of all files, when it was asked for. */
  readonly patch?: string;
}

/** For programs. Additions keep `formatVersion`; anything else raises it. */
export function renderDiffJson({ formatVersion, against, changes, drift, summary, patch }: DiffReport): string {
  const report = { formatVersion, against, changes, drift, summary, ...(patch !== undefined && { patch }) };
  return `${JSON.stringify(report, (_key, value) => (typeof value === 'string' ? maskSecretShapes(value) : value), 2)}\n`;
}
