/**
 * Where a page of `docs/` can be read by whoever has only the output of a tool: in the published package, in the version
 * that spoke (unpkg.com serves the files of npm packages).
 */
export function documentationUrl(page: string, toolVersion: string): string {
  return `https://unpkg.com/openclaw-proxy@${toolVersion}/docs/${page}`;
}
