import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { toolVersion as ownVersion } from '../tool-version.ts';
import { renderGithub } from './github.ts';
import { hideSecrets } from './hide-secrets.ts';
import { renderJson } from './json.ts';
import { renderPretty } from './pretty.ts';
import { renderSarif } from './sarif.ts';
import { sortDiagnostics } from './sort-diagnostics.ts';

export type ReportFormat = 'pretty' | 'json' | 'github' | 'sarif';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** Whether `pretty` has escape sequences for terminals. Default: false. */
  readonly color?: boolean;
  /** What SARIF calls the version of the tool. Default: this version. */
  readonly toolVersion?: string;
}

/** Diagnostics as text in the order of the files. Ends with a line feed; empty when a person has nothing to read. */
export function renderReport(diagnostics: readonly Diagnostic[], options: ReportOptions): string {
  const { color = false, format, toolVersion = ownVersion } = options;
  const sorted = sortDiagnostics(diagnostics).map(hideSecrets);
  switch (format) {
    case 'pretty':
      return renderPretty(sorted, { color });
    case 'json':
      return renderJson(sorted);
    case 'github':
      return renderGithub(sorted);
    case 'sarif':
      return renderSarif(sorted, { toolVersion });
  }
}
