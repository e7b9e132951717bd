import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { checkConfig } from '../nginx/check-config.ts';
import { compareConfig } from '../nginx/compare-config.ts';
import type { ConfigProblem } from '../nginx/parse-config.ts';
import type { NginxPlatform } from '../nginx/platform.ts';
import type { Artifact } from './render-files.ts';

/** Reads the rendered nginx text back: is it what was meant, and does this nginx know it? */
export function checkArtifacts(options: {
  artifacts: readonly Artifact[];
  platform: NginxPlatform;
}): readonly Diagnostic[] {
  const { artifacts, platform } = options;
  const files = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const { path, text, meant } of artifacts) {
    if (meant === null) continue;
    files.set(path, text);
    problems.push(...compareConfig({ file: path, meant: meant.skeleton, written: text, values: meant.values }));
  }
  problems.push(...checkConfig({ files, main: 'nginx.conf', platform }));
  return problems.map((problem) => ({
    code: problem.code,
    severity: 'error',
    message: `${problem.message} (${problem.file}:${problem.line})`,
    help: 'this is a defect of openclaw: please report it with your spec',
    related: [],
  }));
}
