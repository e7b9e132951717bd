/** A share in hundredths of a percent as the spec writes it: `5%`, `0.25%`. */
export function percentText(share: number): string {
  return `${share / 100}%`;
}
