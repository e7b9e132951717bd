/** A time as people say it in the spec: `195s`, `1500ms`, and `10m` where seconds are hard to read. */
export function timeText(milliseconds: number): string {
  if (milliseconds % 1000 !== 0) return `${milliseconds}ms`;
  return milliseconds >= 600_000 && milliseconds % 60_000 === 0
    ? `${milliseconds / 60_000}m`
    : `${milliseconds / 1000}s`;
}
