/** Milliseconds since 1970 with a fraction, on a clock that never jumps: what the helpers stamp everything with. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
